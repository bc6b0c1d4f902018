import { v7 as uuid } from 'uuid';
import { HomeSettings, type HomeSettingsPatch } from '@earshot/shared/contracts/settings.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { isSafety, KNOWN_LABELS, MODES } from '@earshot/shared/labels.ts';
import { defaultSettings, MOST_NOT_NOW_MS, MOST_TESTING_MS } from '@earshot/shared/settings.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import { endDropIns } from '../drop-in/listeners.ts';
import { mayListen } from '../drop-in/permission.ts';
import { publish } from '../live/live-feed.ts';
import { nextModeChange } from './schedule.ts';

export interface NewHome {
  homeId: string;
  /**
   * The home's first member. The first paired phone becomes this member. The member gets notifications (e.g. by e-mail) even before a phone
   * is paired.
   */
  ownerId: string;
}

export async function createHome(
  { database, clock }: Pick<CloudParts, 'database' | 'clock'>,
  name: string,
  timeZone: string,
): Promise<NewHome> {
  const [homeId, ownerId, createdAtMs] = [uuid(), uuid(), clock.nowMs()];
  const settings = { ...defaultSettings(timeZone), version: 1 };
  await database.transact(async (queries) => {
    await queries.insertInto('homes').values({ id: homeId, name, createdAtMs, watchedUntilMs: 0 }).execute();
    await queries
      .insertInto('settings')
      .values({ homeId, version: 1, body: JSON.stringify(settings), nextModeAtMs: null })
      .execute();
    await queries
      .insertInto('members')
      .values({ id: ownerId, homeId, name: 'Owner', escalation: 0, createdAtMs, role: 'owner' })
      .execute();
  });
  return { homeId, ownerId };
}

export async function settingsOf(queries: Queries, homeId: string): Promise<HomeSettings> {
  const row = await queries.selectFrom('settings').select('body').where('homeId', '=', homeId).executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'home');
  return HomeSettings.parse(JSON.parse(row.body));
}

/**
 * Changes only the given settings. For sounds, it changes only the given sounds. Refuses the change when `expected` (from If-Match) is not
 * the current version.
 */
export function changeSettings(
  { database, clock, feed }: Pick<CloudParts, 'database' | 'clock' | 'feed'>,
  homeId: string,
  patch: HomeSettingsPatch,
  expected: number | null,
): Promise<HomeSettings> {
  checkTimeZone(patch.timeZone);
  checkTestingUntil(patch.testingUntil, clock.nowMs());
  checkNotNow(patch.notNow ?? {}, clock.nowMs());
  return changeHome(database, homeId, async (queries) => {
    const before = await settingsOf(queries, homeId);
    if (expected !== null && expected !== before.version)
      throw new EarshotError('CONFLICT', `The settings are at version ${before.version}, not ${expected}.`);
    const sounds = { ...before.sounds, ...patch.sounds };
    for (const label of KNOWN_LABELS.filter(isSafety)) {
      // Safety sounds stay on in every mode, whatever was requested. The stored settings say so, too.
      const sound = sounds[label];
      if (sound) sounds[label] = { ...sound, modes: [...MODES] };
    }
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const after = HomeSettings.parse({ ...before, ...given, sounds, version: before.version + 1 });
    await queries
      .updateTable('settings')
      .set({
        version: after.version,
        body: JSON.stringify(after),
        nextModeAtMs: nextModeChange(after, clock.nowMs())?.atMs ?? null,
      })
      .where('homeId', '=', homeId)
      .execute();
    if (patch.retentionDays !== undefined && patch.retentionDays !== before.retentionDays) {
      // A shorter retention applies to existing clips, too.
      await queries
        .updateTable('clips')
        .set((e) => ({ expiresAtMs: e('storedAtMs', '+', after.retentionDays * 86_400_000) }))
        .where('homeId', '=', homeId)
        .where('storedAtMs', 'is not', null)
        .execute();
      await queries
        .updateTable('samples')
        .set((e) => ({ expiresAtMs: e('createdAtMs', '+', after.retentionDays * 86_400_000) }))
        .where('homeId', '=', homeId)
        .where('expiresAtMs', 'is not', null)
        .execute();
    }
    if (after.dropIn !== before.dropIn && !(await mayListen(queries, homeId, after.dropIn)))
      await endDropIns(queries, { homeId }, clock.nowMs());
    await publish(queries, clock, homeId, { type: 'settings', version: after.version });
    return after;
  }).finally(() => feed.wake());
}

export async function renameHome(
  { database, clock, feed }: Pick<CloudParts, 'database' | 'clock' | 'feed'>,
  homeId: string,
  name: string,
): Promise<void> {
  await changeHome(database, homeId, async (queries) => {
    await queries.updateTable('homes').set({ name }).where('id', '=', homeId).execute();
    // This event makes phones read the home's name and members again.
    await publish(queries, clock, homeId, { type: 'members' });
  });
  feed.wake();
}

function checkTestingUntil(testingUntil: string | null | undefined, nowMs: number): void {
  if (testingUntil && Date.parse(testingUntil) - nowMs > MOST_TESTING_MS)
    throw new EarshotError(
      'SETTING_INVALID',
      `testingUntil is ${testingUntil}: choose a time within the next 24 hours.`,
    );
}

function checkNotNow(notNow: HomeSettings['notNow'], nowMs: number): void {
  for (const [label, until] of Object.entries(notNow)) {
    if (isSafety(label))
      throw new EarshotError('SETTING_INVALID', `notNow: ${label} is a safety sound and is always reported.`);
    if (Date.parse(until) - nowMs > MOST_NOT_NOW_MS)
      throw new EarshotError(
        'SETTING_INVALID',
        `notNow: ${label} until ${until}: choose a time within the next 24 hours.`,
      );
  }
}

function checkTimeZone(timeZone: string | undefined): void {
  if (timeZone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new EarshotError(
      'SETTING_INVALID',
      `timeZone "${timeZone}" is unknown: use an IANA name such as Europe/Berlin.`,
      { cause },
    );
  }
}
