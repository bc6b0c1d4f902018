import { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { FleetView } from '@earshot/shared/contracts/fleet.ts';
import { asEarshotError, EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';

export interface FleetQuestion {
  /** Of the cloud, e.g. https://earshot.example. */
  url: string;
  token: string;
  /** Halt the roll-out for this reason. */
  halt?: string;
  signal: AbortSignal;
}

export async function askFleet({ url, token, halt, signal }: FleetQuestion): Promise<FleetView> {
  let answer: Response;
  try {
    answer = await fetch(new URL(halt === undefined ? '/v1/fleet' : '/v1/rollout/halt', url), {
      method: halt === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(halt === undefined ? {} : { body: JSON.stringify({ reason: halt }) }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw asEarshotError(error, 'UNREACHABLE', url);
  }
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return FleetView.parse(body);
  if (answer.status === 401 || answer.status === 403)
    throw new EarshotError('SETTING_INVALID', `EARSHOT_OPERATIONS_TOKEN is not the one that ${url} was started with.`);
  const { data } = ErrorBody.safeParse(body);
  throw new EarshotError(
    (data?.error.code as ErrorCode | undefined) ?? 'UNREACHABLE',
    data?.error.message ?? `${url} answered ${answer.status}.`,
  );
}
