import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { nearMiss } from '../../synthesis/near-miss.ts';
import { Random } from '../../synthesis/random.ts';
import { openSceneMaker, type SceneMaker, type SceneMakerOptions } from '../scene-maker.ts';

/**
 * Opens a scene maker with a corpus of a few sounds: noise as background, and synthesised sounds that resemble alarms
 * as confusers.
 */
export async function smallMaker(folder: string): Promise<SceneMaker> {
  const random = new Random('corpus');
  const rows = ['file,split,label,duration_s,source,licence,notes'];
  const add = async (split: string, label: string, name: string, samples: Float32Array): Promise<void> => {
    await mkdir(join(folder, split), { recursive: true });
    await writeFile(join(folder, split, `${name}.wav`), writeWav(samples));
    rows.push(`${split}/${name}.wav,${split},${label},${samples.length / 16_000},own,CC0,`);
  };
  const noise = (seconds: number): Float32Array =>
    Float32Array.from({ length: seconds * 16_000 }, () => 0.1 * random.normal());
  for (let i = 0; i < 3; i++) await add('train', 'background_room', `room ${i}x`, noise(6));
  for (let i = 0; i < 3; i++)
    await add('train', 'doorbell', `bell ${i}x`, nearMiss(random.fork(i), 'doorbell', 3).samples);
  for (let i = 0; i < 3; i++)
    await add('train', 'footsteps', `steps ${i}x`, nearMiss(random.fork(`s${i}`), 'dishes', 2).samples);
  await add('train', 'speech', 'speech', noise(2));
  await add(
    'rir',
    'rir',
    'kitchen',
    Float32Array.from({ length: 4_000 }, (_, i) => (i === 0 ? 1 : 0.2 * random.normal() * Math.exp(-i / 500))),
  );
  await writeFile(join(folder, 'manifest.csv'), rows.join('\n'));
  return openedMaker(folder);
}

/** Opens another maker with the corpus that `smallMaker` wrote. */
export const openedMaker = (folder: string, part: SceneMakerOptions['part'] = 'all'): Promise<SceneMaker> =>
  openSceneMaker({ corpus: folder, cache: join(folder, 'cache'), part, seed: 1 });
