import { expect, test } from '@jest/globals';
import { similarWord } from './similar-word.ts';

const COMMANDS = ['pair', 'status', 'selftest', 'install', 'uninstall'];

test.each([
  ['instal', 'install'],
  ['unistall', 'uninstall'],
  ['uninstal', 'uninstall'],
  ['self-test', 'selftest'],
  ['par', 'pair'],
])('suggests for "%s" the word "%s"', (mistyped, word) => {
  expect(similarWord(mistyped, COMMANDS)).toBe(word);
});

test.each(['', 'x', 'listen', 'configuration'])('suggests nothing for "%s", which resembles no word', (mistyped) => {
  expect(similarWord(mistyped, COMMANDS)).toBeNull();
});
