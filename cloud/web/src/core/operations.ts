import type { FleetView } from '@earshot/shared/contracts/fleet.ts';
import type { SharedClip, SharedClips } from '@earshot/shared/contracts/shared-clips.ts';

/**
 * The key of the operators' token in sessionStorage. The token is kept only while this tab is open, because it gives
 * access to the numbers of all homes.
 */
const KEPT = 'earshot-operations-token';

export const keptToken = (): string | null => sessionStorage.getItem(KEPT);
export const keepToken = (token: string): void => sessionStorage.setItem(KEPT, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEPT);

/** Thrown when the cloud refuses the operators' token. */
export class WrongToken extends Error {}

/** The reason that is stored with a halted roll-out. It is in English, because operators of all languages see it. */
export const HALT_REASON = 'halted on the operations page';

export type RolloutOrder = 'start' | 'pause' | 'halt';

/**
 * Sends the order for the roll-out, if one is given, then loads the fleet's numbers. Only the token authorises this;
 * the cookie of a home is not sent.
 */
export async function askFleet(token: string, order?: RolloutOrder, reason?: string): Promise<FleetView> {
  const isOrder = order !== undefined;
  const answer = await ask(token, isOrder ? `/v1/rollout/${order}` : '/v1/fleet', isOrder ? { reason } : undefined);
  return (await answer.json()) as FleetView;
}

export async function askSharedClips(token: string): Promise<SharedClip[]> {
  return ((await (await ask(token, '/v1/shared-clips')).json()) as SharedClips).items;
}

export async function fetchSharedClip(token: string, candidateId: string): Promise<Blob> {
  return (await ask(token, `/v1/shared-clips/${candidateId}`)).blob();
}

async function ask(token: string, path: string, body?: object): Promise<Response> {
  const answer = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    credentials: 'omit',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status === 401) {
    forgetToken();
    throw new WrongToken();
  }
  if (answer.ok) return answer;
  const { error } = (await answer.json()) as { error?: { message: string } };
  throw new Error(error?.message ?? `The cloud answered ${answer.status}.`);
}
