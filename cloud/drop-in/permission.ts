import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import type { Queries } from '../store/database.ts';

/** Whether the home's rule allows its members to listen live now. A test of an alarm does not count as an alert. */
export async function mayListen(queries: Queries, homeId: string, rule: HomeSettings['dropIn']): Promise<boolean> {
  if (rule !== 'during_alerts') return rule === 'always';
  const alert = await queries
    .selectFrom('incidents')
    .select('id')
    .where('homeId', '=', homeId)
    .where('state', '!=', 'cleared')
    .where('class', '!=', 'upkeep')
    .where('test', '=', 0)
    .where('verdict', 'in', ['confirmed', 'unverified'])
    .limit(1)
    .executeTakeFirst();
  return alert !== undefined;
}
