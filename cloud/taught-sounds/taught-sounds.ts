import type { Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import {
  EXAMPLES_NEEDED,
  MOST_TAUGHT_SOUNDS,
  TaughtFigures,
  taughtLabel,
} from '@earshot/shared/contracts/taught-sounds.ts';
import { TaughtSound, type TaughtSoundRequest } from '@earshot/shared/contracts/teaching.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { enterDeletions, removeBytes } from '../deletion/deletion-ledger.ts';
import type { Caller } from '../homes/tokens.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { viewExample } from './examples.ts';
import { noteTaught } from './kept-taught.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'feed' | 'log'>;
type SoundRow = Selectable<Schema['taughtSounds']>;

export async function createTaughtSound(
  { database, clock }: Parts,
  { homeId }: Caller,
  { name, icon, class: kind, deviceId }: z.output<typeof TaughtSoundRequest>,
): Promise<TaughtSound> {
  const id = uuid();
  await changeHome(database, homeId, async (queries) => {
    const device = await queries
      .selectFrom('devices')
      .select('id')
      .where('id', '=', deviceId)
      .where('homeId', '=', homeId)
      .executeTakeFirst();
    if (!device) throw new EarshotError('NOT_FOUND', 'device');
    const others = await queries.selectFrom('taughtSounds').select('id').where('homeId', '=', homeId).execute();
    if (others.length >= MOST_TAUGHT_SOUNDS)
      throw new EarshotError('CONFLICT', `A home can teach ${MOST_TAUGHT_SOUNDS} sounds: delete one first.`);
    await queries
      .insertInto('taughtSounds')
      .values({
        id,
        homeId,
        deviceId,
        // Use the end of the UUIDv7, because only the end is random.
        label: taughtLabel(name, kind, id),
        name,
        icon,
        class: kind,
        state: 'collecting',
        reason: null,
        file: null,
        fileSha256: null,
        trunkSha256: null,
        figures: null,
        checkFound: null,
        learningUntilMs: 0,
        createdAtMs: clock.nowMs(),
      })
      .execute();
  });
  return viewTaughtSound(database.queries, homeId, id, clock.nowMs());
}

export async function listTaughtSounds(queries: Queries, homeId: string, nowMs: number): Promise<TaughtSound[]> {
  const sounds = await queries
    .selectFrom('taughtSounds')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('createdAtMs')
    .orderBy('id')
    .execute();
  const examples = await queries
    .selectFrom('taughtExamples')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('id')
    .execute();
  return sounds.map((sound) =>
    view(
      sound,
      examples.filter(({ soundId }) => soundId === sound.id),
      nowMs,
    ),
  );
}

export async function viewTaughtSound(
  queries: Queries,
  homeId: string,
  id: string,
  nowMs: number,
): Promise<TaughtSound> {
  const found = (await listTaughtSounds(queries, homeId, nowMs)).find((sound) => sound.id === id);
  if (!found) throw new EarshotError('NOT_FOUND', 'taught sound');
  return found;
}

/**
 * Starts the training of the sound from its examples. A sound that is ready keeps its old head until the new head replaces it.
 */
export async function learnSound({ database, clock }: Parts, { homeId }: Caller, id: string): Promise<TaughtSound> {
  await changeHome(database, homeId, async (queries) => {
    await ownSound(queries, homeId, id);
    const found = await queries
      .selectFrom('taughtExamples')
      .select('id')
      .where('soundId', '=', id)
      .where('state', '=', 'found')
      .execute();
    if (found.length < EXAMPLES_NEEDED)
      throw new EarshotError(
        'CONFLICT',
        `${EXAMPLES_NEEDED} examples are needed, and there are ${found.length}: record more.`,
      );
    await queries
      .updateTable('taughtSounds')
      .set({ state: 'learning', reason: null, learningUntilMs: 0 })
      .where('id', '=', id)
      .execute();
  });
  return viewTaughtSound(database.queries, homeId, id, clock.nowMs());
}

/** Deletes a taught sound. Its recordings are deleted at once; devices remove its head at their next heartbeat. */
export async function deleteTaughtSound(parts: Parts, { homeId }: Caller, id: string): Promise<void> {
  const { database, clock, feed } = parts;
  const entries = await changeHome(database, homeId, async (queries) => {
    await ownSound(queries, homeId, id);
    const examples = await queries.selectFrom('taughtExamples').selectAll().where('soundId', '=', id).execute();
    const stored = examples.map((example) => ({ ...example, state: 'stored' as const }));
    const entered = await enterDeletions(queries, stored, 'member', clock.nowMs());
    await queries.deleteFrom('taughtSounds').where('id', '=', id).execute();
    await noteTaught(queries, homeId);
    await publish(queries, clock, homeId, { type: 'members' });
    return entered;
  });
  feed.wake();
  await removeBytes(parts, entries);
}

async function ownSound(queries: Queries, homeId: string, id: string): Promise<SoundRow> {
  const row = await queries
    .selectFrom('taughtSounds')
    .selectAll()
    .where('id', '=', id)
    .where('homeId', '=', homeId)
    .executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'taught sound');
  return row;
}

/** Returns the file that the answer to a heartbeat offered to the device. */
export async function taughtFile(queries: Queries, homeId: string, sha256: string): Promise<Uint8Array> {
  const row = await queries
    .selectFrom('taughtSounds')
    .select('file')
    .where('homeId', '=', homeId)
    .where('fileSha256', '=', sha256)
    .executeTakeFirst();
  if (row?.file == null) throw new EarshotError('NOT_FOUND', 'taught sound');
  return Buffer.from(row.file);
}

function view(row: SoundRow, examples: readonly Selectable<Schema['taughtExamples']>[], nowMs: number): TaughtSound {
  const { id, label, name, icon, class: kind, deviceId, state, reason, figures, checkFound } = row;
  return TaughtSound.parse({
    id,
    label,
    name,
    icon,
    class: kind,
    deviceId,
    state,
    reason,
    figures: figures === null ? null : TaughtFigures.parse(JSON.parse(figures)),
    checkFound: checkFound === null ? null : checkFound === 1,
    examples: examples.map((example) => viewExample(example, nowMs)),
    createdAt: new Date(row.createdAtMs).toISOString(),
  });
}
