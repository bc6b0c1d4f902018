import { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { EarshotError, errorFromAnswer, type ErrorCode } from '@earshot/shared/errors.ts';

/** The longest Retry-After that is obeyed, so that no answer can stop a device from sending for longer than this. */
const LONGEST_ASKED_WAIT_MS = 300_000;

/** The server understood the request and refused it. The answer may say how long to wait. */
export class Refused extends EarshotError {
  readonly httpStatus: number;
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, detail: string, httpStatus: number, retryAfterMs: number | null) {
    super(code, detail);
    this.httpStatus = httpStatus;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RefusingAnswer {
  status: number;
  path: string;
  retryAfter: string | null | undefined;
  text: string;
}

/** `fallback`: the error code for a 4xx answer whose body is not Earshot's, for example from a separate clip store. */
export function refusal({ status, path, retryAfter, text }: RefusingAnswer, fallback: ErrorCode): Refused {
  const body = ErrorBody.safeParse(parsed(text));
  const otherwise = status >= 500 ? 'UNREACHABLE' : fallback;
  const { code, detail } = body.success ? errorFromAnswer(body.data.error, otherwise) : { code: otherwise, detail: '' };
  const seconds = Number(retryAfter);
  const where = `${status} from ${path}`;
  return new Refused(
    code,
    detail === '' ? where : `${where}: ${detail}`,
    status,
    seconds > 0 ? Math.min(seconds * 1000, LONGEST_ASKED_WAIT_MS) : null,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
