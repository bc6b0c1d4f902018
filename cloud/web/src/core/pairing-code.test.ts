import { expect, test } from '@jest/globals';
import { codeFromAddress, plainCode } from './pairing-code.ts';

test.each([
  ['https://home.example/pair?code=K7M2P9XD', 'K7M2 P9XD'],
  ['https://home.example/pair#K7M2P9XD', 'K7M2 P9XD'],
  ['https://home.example/pair/k7m2-p9xd', 'K7M2 P9XD'],
  ['https://home.example/pair', ''],
  ['https://home.example/?code=K7M2P9XD', ''],
  ['https://home.example/pair?code=%3Cscript%3E', 'SCRIPT'],
])('the pairing code in the address %s is "%s"', (address, code) => {
  expect(codeFromAddress(address)).toBe(code);
});

test('spaces, dashes and lower case in a typed pairing code are ignored', () => {
  expect(plainCode(' k7m2-p9 xd ')).toBe('K7M2P9XD');
});
