import { describe, expect, test } from '@jest/globals';
import { EarshotError } from '@earshot/shared/errors.ts';
import { awsError, isAwsError, type AwsErrorDetails } from './aws-error.ts';

/** Makes an error like those that the AWS SDK throws. */
const sdkError = (name: string, fields: object = {}) => Object.assign(new Error('no such key'), { name, ...fields });

const detailsOf = (error: unknown) => awsError(error, 'CLIP_STORE', 'reading').details as AwsErrorDetails;

describe('errors of the AWS SDK', () => {
  test("an AWS error keeps AWS's name, the status and the request id, and says which operation failed", () => {
    const thrown = sdkError('AccessDenied', { $metadata: { httpStatusCode: 403, requestId: 'r1' } });
    const error = awsError(thrown, 'CLIP_STORE', 'reading a clip');
    expect(error.message).toContain('reading a clip: AccessDenied (no such key).');
    expect(error.cause).toBe(thrown);
    expect(error.details).toEqual({ code: 'AccessDenied', status: 403, retryable: false, requestId: 'r1' });
  });

  test('a network error is named by its socket error code, e.g. ECONNREFUSED', () => {
    expect(detailsOf(sdkError('Error', { code: 'ECONNREFUSED' }))).toMatchObject({
      code: 'ECONNREFUSED',
      status: null,
    });
  });

  test.each([
    [400, false],
    [404, false],
    [429, true],
    [500, true],
    [503, true],
  ])('an AWS error with status %i is retryable: %p', (httpStatusCode, retryable) => {
    expect(detailsOf(sdkError('Any', { $metadata: { httpStatusCode } }))).toMatchObject({ retryable });
  });

  test('an AWS error is retryable when there was no answer, or when the SDK says so', () => {
    expect(detailsOf(sdkError('TimeoutError')).retryable).toBe(true);
    expect(detailsOf(sdkError('Throttling', { $metadata: { httpStatusCode: 400 }, $retryable: {} })).retryable).toBe(
      true,
    );
  });

  test('an error that is already from the error catalogue is passed on unchanged', () => {
    const error = new EarshotError('CLIP_MISMATCH', 'other bytes');
    expect(awsError(error, 'CLIP_STORE', 'reading')).toBe(error);
  });

  test('an AWS error is recognised by its name, even with the prefix that the query protocol adds', () => {
    const name = 'AWS.SimpleQueueService.NonExistentQueue';
    expect(isAwsError(sdkError(name), 'QueueDoesNotExist', 'NonExistentQueue')).toBe(true);
    expect(isAwsError(sdkError(name), 'Queue')).toBe(false);
  });
});
