/**
 * Makes every sound of this folder: `node test-audio/make.ts`. The same seed gives the same bytes. Nothing here was
 * recorded, so anyone may use the files and pass them on under the project's own licence. They are for trying Earshot,
 * not for measuring its accuracy.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '@earshot/models/synthesis/random.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { withoutOverlaps } from './place.ts';
import { demo, RECORDINGS } from './recordings.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SEED = 'test-audio 1';

const rows = ['file,label,onset,offset'];
for (const [name, make] of [...Object.entries(RECORDINGS), ['demo', demo] as const]) {
  const recording = make(new Random(SEED).fork(name));
  await writeFile(`${HERE}${name}.wav`, writeWav(recording.samples));
  const labels =
    recording.placed.length > 0
      ? recording.placed
      : [{ label: 'background_room', onset: 0, offset: recording.samples.length / 16_000 }];
  for (const { label, onset, offset } of withoutOverlaps(labels))
    rows.push(`${name}.wav,${label},${onset.toFixed(2)},${offset.toFixed(2)}`);
}
await writeFile(`${HERE}labels.csv`, `${rows.join('\n')}\n`);
