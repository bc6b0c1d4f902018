import { EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';

/** What an operator needs to know about a failed call to S3 or SQS. */
export interface AwsErrorDetails {
  /** AWS's own name of the error, e.g. AccessDenied, or the socket error code, e.g. ECONNREFUSED. */
  code: string;
  status: number | null;
  /** Whether the same call may succeed later. The SDK has already retried it a few times. */
  retryable: boolean;
  requestId: string | null;
}

const nameOf = (error: unknown): string => {
  const { name, code } = error as { name?: string; code?: unknown };
  return typeof code === 'string' ? code : (name ?? 'Unknown');
};

/**
 * Whether AWS gave this error one of these names. SQS's names have a prefix in one of its two protocols (XML, JSON), so only the end of the
 * name is compared.
 */
export function isAwsError(error: unknown, ...names: string[]): boolean {
  const name = nameOf(error);
  return names.some((wanted) => name === wanted || name.endsWith(`.${wanted}`));
}

export function awsError(error: unknown, code: ErrorCode, doing: string): EarshotError {
  if (error instanceof EarshotError) return error;
  const known = error as { $metadata?: { httpStatusCode?: number; requestId?: string }; $retryable?: object };
  const status = known.$metadata?.httpStatusCode ?? null;
  const details: AwsErrorDetails = {
    code: nameOf(error),
    status,
    // Without an answer, the network failed, so a retry may help. With a 4xx status, the request was wrong, except when AWS asks to slow
    // down.
    retryable: known.$retryable !== undefined || status === null || status >= 500 || status === 429,
    requestId: known.$metadata?.requestId ?? null,
  };
  const message = error instanceof Error ? error.message : String(error);
  return new EarshotError(code, `${doing}: ${details.code}${message ? ` (${message})` : ''}.`, {
    cause: error,
    details,
  });
}
