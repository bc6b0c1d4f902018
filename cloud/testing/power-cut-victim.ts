/**
 * The cloud in the power-cut tests (models/proof/power-cut). It commits homes and stores clips with SQLite and files,
 * and records in `marks` what must survive the power cut.
 */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { ClipLinks } from '../clips/clip-links.ts';
import { clipKey } from '../clips/clip-store.ts';
import { FileClipStore } from '../clips/file-store.ts';
import { ServerKeys } from '../keys/server-keys.ts';
import { openDatabase } from '../store/database.ts';
import { systemClock } from '@earshot/shared/clock.ts';

const HOMES = 24;
/** More than one database page, so that a commit consists of several writes. */
const SETTINGS_BYTES = 15_000;
const CLIP_BYTES = 3_000;
/** After this many pages, the write-ahead log is copied into the database and overwritten from its beginning. */
const CHECKPOINT_EVERY = 7;

const [folder = '', marks = ''] = process.argv.slice(2);
const mark = (text: string) => appendFileSync(marks, `${text}\n`);
const database = openDatabase(`sqlite:${join(folder, 'cloud.db')}`);
const clips = new FileClipStore(join(folder, 'clips'), new ClipLinks(new ServerKeys('x'.repeat(32))), systemClock);
await database.migrate();
mark('migrated');
for (let home = 1; home <= HOMES; home++) {
  const id = uuid();
  await database.transact(async (queries) => {
    await queries.insertInto('homes').values({ id, name: 'Home', createdAtMs: home, watchedUntilMs: 0 }).execute();
    const body = String(home % 10).repeat(SETTINGS_BYTES);
    await queries.insertInto('settings').values({ homeId: id, version: home, body, nextModeAtMs: null }).execute();
  });
  mark(`home ${id}`);
  if (home % CHECKPOINT_EVERY === 0) await sql`pragma wal_checkpoint(passive)`.execute(database.queries);
  if (home % 4 > 0) continue;
  const clip = Buffer.alloc(CLIP_BYTES, id);
  await clips.put(clipKey(id, id), clip, createHash('sha256').update(clip).digest('hex'));
  mark(`clip ${id}`);
}
await database.close();
