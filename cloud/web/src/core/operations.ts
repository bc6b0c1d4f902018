import type { FleetView } from '@earshot/shared/contracts/fleet.ts';

/** The token is kept only while this tab is open, because it gives access to the numbers of all homes. */
const KEPT = 'earshot-operations-token';

export const keptToken = (): string | null => sessionStorage.getItem(KEPT);
export const keepToken = (token: string): void => sessionStorage.setItem(KEPT, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEPT);

/** The cloud refused the token. */
export class WrongToken extends Error {}

/**
 * The reason that is stored with the roll-out. All operators see it, so it does not depend on the language of the
 * person who halts.
 */
export const HALT_REASON = 'halted on the operations page';

export type RolloutOrder = 'start' | 'pause' | 'halt';

/**
 * Sends an order to the roll-out, if there is one, then loads the fleet's numbers. Only the token authorises this; the
 * home's cookie is not sent.
 */
export async function askFleet(token: string, order?: RolloutOrder, reason?: string): Promise<FleetView> {
  const answer = await fetch(order === undefined ? '/v1/fleet' : `/v1/rollout/${order}`, {
    method: order === undefined ? 'GET' : 'POST',
    credentials: 'omit',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(order === undefined ? {} : { body: JSON.stringify(reason === undefined ? {} : { reason }) }),
  });
  if (answer.status === 401) {
    forgetToken();
    throw new WrongToken();
  }
  const body = (await answer.json()) as FleetView & { error?: { message: string } };
  if (!answer.ok) throw new Error(body.error?.message ?? `The cloud answered ${answer.status}.`);
  return body;
}
