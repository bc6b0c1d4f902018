import { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { ServerKeys } from '../keys/server-keys.ts';
import type { Database } from '../store/database.ts';

/** How a channel's target is stored: encrypted, because it contains passwords and addresses, and bound to its member. */
export const sealTarget = (keys: ServerKeys, memberId: string, request: ChannelRequest): string =>
  keys.seal('channel', memberId, JSON.stringify(request));

/** Throws SETTING_INVALID when it was encrypted with another EARSHOT_SECRET. */
export function openTarget(keys: ServerKeys, memberId: string, sealed: string): ChannelRequest {
  // A process of the previous version may still write plain JSON at the same time; the next start encrypts it.
  const text = sealed.startsWith('{') ? sealed : keys.unseal('channel', memberId, sealed);
  if (text === null)
    throw new EarshotError('SETTING_INVALID', 'EARSHOT_SECRET is not the one that this channel was saved with.');
  return ChannelRequest.parse(JSON.parse(text));
}

/** Earlier versions stored targets as plain JSON. */
export async function sealPlainTargets({ database, keys }: { database: Database; keys: ServerKeys }): Promise<void> {
  const { queries } = database;
  const plain = await queries
    .selectFrom('channels')
    .select(['id', 'memberId', 'target'])
    .where('target', 'like', '{%')
    .execute();
  for (const { id, memberId, target } of plain)
    await queries
      .updateTable('channels')
      .set({ target: keys.seal('channel', memberId, target) })
      .where('id', '=', id)
      .where('target', '=', target)
      .execute();
}
