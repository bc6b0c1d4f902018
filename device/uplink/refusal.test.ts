import { expect, test } from '@jest/globals';
import { EarshotError } from '@earshot/shared/errors.ts';
import { refusal } from './refusal.ts';

const answered = (status: number, text: string) =>
  refusal({ status, path: '/v1/pair', retryAfter: null, text }, 'LINK_EXPIRED');
const bodyOf = ({ code, message, todo }: EarshotError) => JSON.stringify({ error: { code, message, todo } });

test('the error about a refusal by the cloud contains the sentence of the error catalogue only once', () => {
  expect(answered(404, bodyOf(new EarshotError('PAIRING_CODE', ''))).toLine()).toBe(
    'PAIRING_CODE: The pairing code is wrong, used or too old. 404 from /v1/pair. Make a new code in the app; a code is valid for 10 minutes.',
  );
  expect(answered(400, bodyOf(new EarshotError('SETTING_INVALID', 'room: too long'))).detail).toBe(
    '400 from /v1/pair: room: too long',
  );
});

test.each([
  [404, 'LINK_EXPIRED'],
  [502, 'UNREACHABLE'],
] as const)('an answer with status %i and without a known error code becomes %s', (status, code) => {
  expect(answered(status, '<html>').code).toBe(code);
  expect(answered(status, JSON.stringify({ error: { code: 'NEW', message: 'new', todo: '' } })).code).toBe(code);
});
