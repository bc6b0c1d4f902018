import { expect, test } from '@jest/globals';
import { asEarshotError, EarshotError } from './errors.ts';

test.each([
  ['clips/empty.wav', 'clips/empty.wav. Record again'],
  ['clips/empty.wav holds none.', 'clips/empty.wav holds none. Record again'],
  ['', 'The audio holds no samples. Record again'],
])('a line ends the detail %j with one full stop, and then says what to do', (detail, words) => {
  const line = new EarshotError('AUDIO_EMPTY', detail).toLine();
  expect(line).toMatch(/^AUDIO_EMPTY: The audio holds no samples\. /);
  expect(line).toContain(words);
});

test.each([
  [
    'a numeric code, which MQTT gives when a connection is refused',
    Object.assign(new Error('Not authorized'), { code: 5 }),
  ],
  ['no code', new Error('Not authorized')],
])('an error with %s gets the code that the caller names, and keeps its reason', (_, error) => {
  const wrapped = asEarshotError(error, 'UNREACHABLE', 'MQTT broker mqtt://home');
  expect(wrapped.code).toBe('UNREACHABLE');
  expect(wrapped.detail).toBe('MQTT broker mqtt://home: Not authorized');
  expect(wrapped.cause).toBe(error);
});

test('a thrown null is wrapped like any other thrown value', () => {
  expect(asEarshotError(null, 'UNREACHABLE', 'MQTT broker').detail).toBe('MQTT broker: null');
});

test('a database that cannot be written gets the code DISK_FULL instead of the code that the caller names', () => {
  const error = Object.assign(new Error('attempt to write'), { code: 'SQLITE_READONLY_DIRECTORY' });
  expect(asEarshotError(error, 'UNREACHABLE', 'cloud.db').code).toBe('DISK_FULL');
});

test('a microphone that cannot be opened gets an error that says how to listen to a recording instead', () => {
  expect(new EarshotError('AUDIO_SOURCE', 'mic: no such device').toLine()).toContain('`--listen FILE`');
});
