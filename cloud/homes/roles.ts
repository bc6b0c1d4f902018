import { EarshotError } from '@earshot/shared/errors.ts';
import type { Queries } from '../store/database.ts';
import type { Caller } from './tokens.ts';

type Person = Pick<Caller, 'id' | 'homeId'>;

async function isOwner(queries: Queries, { id, homeId }: Person): Promise<boolean> {
  const row = await queries
    .selectFrom('members')
    .select('role')
    .where('id', '=', id)
    .where('homeId', '=', homeId)
    .executeTakeFirst();
  return row?.role === 'owner';
}

/** Only owners may do what cannot be undone: delete the home, remove people and devices, give and take roles. */
export async function requireOwner(queries: Queries, person: Person): Promise<void> {
  if (!(await isOwner(queries, person)))
    throw new EarshotError('FORBIDDEN', 'Only an owner of the home may do this: ask an owner.');
}

/**
 * Throws when no owner is left, because a home without an owner could never be deleted. Call this after the change,
 * inside its transaction.
 */
export async function requireAnOwner(queries: Queries, homeId: string): Promise<void> {
  const owner = await queries
    .selectFrom('members')
    .select('id')
    .where('homeId', '=', homeId)
    .where('role', '=', 'owner')
    .limit(1)
    .executeTakeFirst();
  if (!owner)
    throw new EarshotError('CONFLICT', 'This is the last owner of the home; make somebody else an owner first.');
}
