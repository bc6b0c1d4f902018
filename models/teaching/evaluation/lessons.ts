/** Teaches the sounds of the evaluation one by one, and stores each result, so that a stopped run can continue. */
import { join } from 'node:path';
import { LEAST_FOUND, TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { ManifestRow } from '../../corpus/manifest.ts';
import { keptFile } from '../../training/kept-file.ts';
import type { Example } from '../teach.ts';

export interface Lesson {
  row: ManifestRow;
  label: string;
  recording: Float32Array;
  examples: Example[];
  file: TaughtSoundFile;
  /** Whether the sound is ready, so that the app would send it to a device. */
  isReady: boolean;
}

interface Teacher {
  load: (row: ManifestRow) => Promise<Float32Array>;
  /** Renders the five examples that a person would record. */
  examplesOf: (recording: Float32Array, row: ManifestRow) => Float32Array[];
  teach: (label: string, examples: Example[]) => Promise<TaughtSoundFile>;
  say: (line: string) => void;
}

export async function lessonsOf(
  rows: readonly ManifestRow[],
  folder: string,
  { load, examplesOf, teach, say }: Teacher,
): Promise<Lesson[]> {
  const lessons: Lesson[] = [];
  for (const [at, row] of rows.entries()) {
    const label = `taught_upkeep_${row.label.slice(0, 16)}_${String(at).padStart(4, '0')}`;
    const recording = await load(row);
    const examples = examplesOf(recording, row).map((samples, n) => ({ name: `${row.label} ${n + 1}`, samples }));
    try {
      const kept = await keptFile(join(folder, `taught-${row.label}.json`), async () =>
        Buffer.from(JSON.stringify(await teach(label, examples))),
      );
      const file = TaughtSoundFile.parse(JSON.parse(kept.toString()));
      const { found, mistakesPerDay } = file.figures;
      const isReady = found >= LEAST_FOUND;
      say(
        `${row.label}: ${isReady ? 'ready' : 'not ready'}, finds ${found.toFixed(2)}, ${mistakesPerDay.toFixed(2)} a day`,
      );
      lessons.push({ row, label, recording, examples, file, isReady });
    } catch (error) {
      // For example because no sound stands out from the noise in one of the five recordings.
      if (!(error instanceof EarshotError)) throw error;
      say(`${row.label}: left out: ${error.message}`);
    }
  }
  return lessons;
}
