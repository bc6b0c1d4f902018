import { expect, test } from '@jest/globals';
import { webAddress, wholeNumber } from './option-values.ts';

test.each(['0', '8080', '65535'])('accepts %s as a port', (text) => {
  expect(wholeNumber(0, 65_535)(text)).toBe(Number(text));
});

test.each(['', ' ', '-1', '65536', '1.5', 'abc', 'Infinity'])('refuses "%s" as a port', (text) => {
  expect(() => wholeNumber(0, 65_535)(text)).toThrow('It must be a whole number, from 0 to 65535.');
});

test('without an upper limit the message names only the lower limit', () => {
  expect(() => wholeNumber(1)('0')).toThrow('It must be a whole number, 1 or more.');
});

test.each(['http://127.0.0.1:8080', 'https://earshot.example.org'])('accepts the address %s', (text) => {
  expect(webAddress(text)).toBe(text);
});

test.each(['', 'earshot.example.org', '127.0.0.1:8080', 'mqtt://broker'])('refuses the address "%s"', (text) => {
  expect(() => webAddress(text)).toThrow('begins with http:// or https://');
});
