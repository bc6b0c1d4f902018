/**
 * The device process in the power-cut proof (models/proof/power-cut). It fills and empties an outbox, writes a state
 * file, and lists in the file `marks` what is safe on disk.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StateFile } from '../disk/state-file.ts';
import { Outbox } from '../outbox/outbox.ts';
import { makeRecord } from './candidates.ts';

const RECORDS = 12;
const CLIP_BYTES = 9_000;

const [folder = '', marks = ''] = process.argv.slice(2);
const mark = (text: string) => appendFileSync(marks, `${text}\n`);
const fail = (error: Error) => {
  throw error;
};
const outbox = new Outbox(join(folder, 'outbox'), fail);
const state = new StateFile(join(folder, 'settings.json'), z.object({ version: z.number() }), fail);
await outbox.start();
const put = async () => {
  const record = makeRecord('glass_break', { clipBytes: CLIP_BYTES });
  await outbox.put(record);
  mark(`safe ${record.candidate.id}`);
  return record.candidate.id;
};
for (let version = 1; version <= RECORDS / 2; version++) {
  const [first = ''] = await Promise.all([put(), put()]);
  await state.write({ version });
  mark(`version ${version}`);
  if (version % 2 > 0) continue;
  mark(`delivered ${first}`);
  await outbox.remove(first);
  mark(`removed ${first}`);
}
