import type { MemberPatch, MemberView } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { endDropIns } from '../drop-in/listeners.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import { requireAnOwner, requireOwner } from './roles.ts';
import { type Caller, revokeTokensOf } from './tokens.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;

export async function viewMembers(
  queries: Queries,
  { homeId, id }: Pick<Caller, 'homeId' | 'id'>,
): Promise<MemberView[]> {
  const rows = await queries
    .selectFrom('members')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('escalation')
    .orderBy('createdAtMs')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    you: row.id === id,
    escalation: row.escalation,
    createdAt: new Date(row.createdAtMs).toISOString(),
  }));
}

export async function viewMember(
  queries: Queries,
  caller: Pick<Caller, 'homeId' | 'id'>,
  id: string,
): Promise<MemberView> {
  const view = (await viewMembers(queries, caller)).find((member) => member.id === id);
  if (!view) throw new EarshotError('NOT_FOUND', 'member');
  return view;
}

export async function patchMember(
  { database, clock, feed }: Parts,
  caller: Caller,
  id: string,
  patch: MemberPatch,
): Promise<MemberView> {
  await changeHome(database, caller.homeId, async (queries) => {
    if (patch.role !== undefined) await requireOwner(queries, caller);
    const set = {
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.escalation === undefined ? {} : { escalation: patch.escalation }),
      ...(patch.role === undefined ? {} : { role: patch.role }),
    };
    if (Object.keys(set).length > 0)
      await queries.updateTable('members').set(set).where('id', '=', id).where('homeId', '=', caller.homeId).execute();
    if (patch.role !== undefined) await requireAnOwner(queries, caller.homeId);
    await publish(queries, clock, caller.homeId, { type: 'members' });
  });
  feed.wake();
  return viewMember(database.queries, caller, id);
}

/**
 * Removes a person with their tokens, channels and pending notifications. An owner can remove anybody, and other members only themselves.
 * The last person cannot be removed, because nobody could use a home without people.
 */
export async function removeMember({ database, clock, feed }: Parts, caller: Caller, id: string): Promise<void> {
  const { homeId } = caller;
  await changeHome(database, homeId, async (queries) => {
    const members = await queries.selectFrom('members').select('id').where('homeId', '=', homeId).execute();
    if (!members.some((member) => member.id === id)) throw new EarshotError('NOT_FOUND', 'member');
    if (id !== caller.id) await requireOwner(queries, caller);
    if (members.length === 1)
      throw new EarshotError(
        'CONFLICT',
        'This is the last person of the home; delete the home instead, or pair another phone first.',
      );
    await revokeTokensOf(queries, id, clock.nowMs());
    await endDropIns(queries, { homeId, memberId: id }, clock.nowMs());
    await queries.deleteFrom('members').where('id', '=', id).execute();
    await requireAnOwner(queries, homeId);
    await publish(queries, clock, homeId, { type: 'members' });
  });
  feed.wake();
}
