import { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { EarshotError, errorFromAnswer } from '@earshot/shared/errors.ts';

export interface Operations {
  /** The cloud's address, e.g. https://earshot.example. */
  url: string;
  token: string;
  signal: AbortSignal;
}

export function operationsToken(): string {
  const token = process.env.EARSHOT_OPERATIONS_TOKEN;
  if (token) return token;
  throw new EarshotError(
    'SETTING_INVALID',
    'EARSHOT_OPERATIONS_TOKEN is not set. Use the token with which the cloud was started.',
  );
}

/** The address of a cloud as the user typed it. */
export function cloudAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new EarshotError(
    'USAGE',
    `"${text}" is not the address of a cloud. Write it with http:// or https://, for example https://earshot.example.`,
  );
}

/** Calls one of the API's routes for operators: GET without a body, POST with one. */
export async function askOperations<T>(
  { url, token, signal }: Operations,
  path: string,
  contract: { parse: (answer: unknown) => T },
  body?: unknown,
): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(new URL(path, url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    // The reason is in the cause: fetch itself only says "fetch failed".
    const { message, cause } = error as Error & { cause?: Error };
    throw new EarshotError('UNREACHABLE', `${url}: ${cause?.message || message}`, { cause: error });
  }
  const json: unknown = await answer.json().catch(() => null);
  if (answer.ok) return contract.parse(json);
  if (answer.status === 401 || answer.status === 403)
    throw new EarshotError(
      'SETTING_INVALID',
      `EARSHOT_OPERATIONS_TOKEN is not the token with which ${url} was started.`,
    );
  const { data } = ErrorBody.safeParse(json);
  if (!data) throw new EarshotError('UNREACHABLE', `${url} answered ${answer.status}.`);
  const { code, detail } = errorFromAnswer(data.error, 'UNREACHABLE');
  throw new EarshotError(code, detail);
}
