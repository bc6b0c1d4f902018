import { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { ServerKeys } from '../keys/server-keys.ts';
import type { Database } from '../store/database.ts';

/**
 * Encrypts a channel's target, because it contains passwords and addresses. The encryption is bound to the member, so another member's row
 * cannot use it.
 */
export const sealTarget = (keys: ServerKeys, memberId: string, request: ChannelRequest): string =>
  keys.seal('channel', memberId, JSON.stringify(request));

/** Decrypts a channel's target. Throws SETTING_INVALID when it was encrypted with another EARSHOT_SECRET. */
export function openTarget(keys: ServerKeys, memberId: string, sealed: string): ChannelRequest {
  // During an upgrade, a process of the previous version may still write plain JSON. The next start encrypts it.
  const text = sealed.startsWith('{') ? sealed : keys.unseal('channel', memberId, sealed);
  if (text === null)
    throw new EarshotError(
      'SETTING_INVALID',
      'This channel was saved with another EARSHOT_SECRET: restore that secret, or remove and add the channel.',
    );
  return ChannelRequest.parse(JSON.parse(text));
}

/** Encrypts the targets that earlier versions stored as plain JSON. */
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
