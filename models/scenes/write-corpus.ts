import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { SAMPLE_RATE } from '../synthesis/sound.ts';

export interface MadeSound {
  /** Path in the corpus. Its first folder is the split. */
  file: string;
  label: string;
  samples: Float32Array;
}

/** Writes sounds that were made by code as a corpus: WAV files and a manifest. */
export async function writeCorpus(folder: string, sounds: Iterable<MadeSound>): Promise<void> {
  const rows = ['file,split,label,duration_s,source,source_commit,licence,duplicate_of,notes'];
  for (const { file, label, samples } of sounds) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), writeWav(samples));
    const split = file.split('/')[0] as string;
    rows.push(
      [file, split, label, (samples.length / SAMPLE_RATE).toFixed(3), 'made by code', '', 'Apache-2.0', '', ''].join(
        ',',
      ),
    );
  }
  await writeFile(join(folder, 'manifest.csv'), `${rows.join('\n')}\n`);
}
