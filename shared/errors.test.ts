import { expect, test } from '@jest/globals';
import { EarshotError } from './errors.ts';

test.each([
  ['clips/empty.wav', 'clips/empty.wav. Record again'],
  ['clips/empty.wav holds none.', 'clips/empty.wav holds none. Record again'],
  ['', 'The audio holds no samples. Record again'],
])('a line ends its detail %j with one full stop before it says what to do', (detail, words) => {
  const line = new EarshotError('AUDIO_EMPTY', detail).toLine();
  expect(line).toMatch(/^AUDIO_EMPTY: The audio holds no samples\. /);
  expect(line).toContain(words);
});
