import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { openSceneMaker } from '../scenes/scene-maker.ts';
import { checkCorpus, type Trainable } from './corpus-check.ts';

type Content = Uint8Array | 'missing';

const noise = (seconds: number): Uint8Array =>
  writeWav(Float32Array.from({ length: seconds * 16_000 }, (_, i) => 0.1 * Math.sin(i * i)));
const SILENCE = writeWav(new Float32Array(16_000));
const GARBAGE = Buffer.from('this is not a sound');

const WHOLE: Record<string, Content> = {
  'train/doorbell/a.wav': noise(1),
  'train/background_room/a.wav': noise(4),
  'train/footsteps/a.wav': noise(1),
  'train/door/a.wav': noise(1),
  'train/dog_bark/a.wav': noise(1),
  'train/baby_cry/a.wav': noise(1),
  'rir/a.wav': noise(1),
};

/** Checks a corpus of these files; label and split are taken from the path. */
async function check(
  files: Record<string, Content>,
  mayLack = false,
): Promise<{ said: string[]; trainable: Trainable }> {
  const corpus = await mkdtemp(join(tmpdir(), 'earshot-corpus-'));
  const rows = ['file,split,label,duration_s,source,source_commit,licence,duplicate_of,notes'];
  for (const [file, content] of Object.entries(files)) {
    const [split, label] = file.split('/') as [string, string];
    rows.push([file, split, split === 'rir' ? 'rir' : label, '1', 'test', '', '', '', ''].join(','));
    if (content === 'missing') continue;
    await mkdir(dirname(join(corpus, file)), { recursive: true });
    await writeFile(join(corpus, file), content);
  }
  await writeFile(join(corpus, 'manifest.csv'), rows.join('\n'));
  const maker = await openSceneMaker({ corpus, cache: join(corpus, 'decoded'), part: 'fit', seed: 1 });
  const said: string[] = [];
  try {
    return { said, trainable: await checkCorpus(corpus, maker, (line) => said.push(line), { mayLack }) };
  } finally {
    maker.close();
  }
}

describe('the check of a corpus before training', () => {
  it('reports nothing for a complete corpus', async () => {
    const { said, trainable } = await check(WHOLE);
    expect(said).toEqual([]);
    expect(trainable.added).toEqual(['dog_bark', 'baby_cry']);
  });

  it('reports a missing, a broken and a silent file once each with its reason, and goes on', async () => {
    const { said } = await check({
      ...WHOLE,
      'train/doorbell/gone.wav': 'missing',
      'train/doorbell/broken.wav': GARBAGE,
      'train/doorbell/silent.wav': SILENCE,
    });
    for (const file of ['gone', 'broken', 'silent'])
      expect(said.filter((line) => line.includes(`${file}.wav`) && line.startsWith('left out'))).toHaveLength(1);
  });

  it('stops at the start when a class has lost all of its files', async () => {
    await expect(check({ ...WHOLE, 'train/glass_break/only.wav': SILENCE })).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringContaining('glass_break'),
    });
  });

  it('stops when a label that cannot be synthesised was never recorded', async () => {
    const { 'train/footsteps/a.wav': _, ...without } = WHOLE;
    await expect(check(without)).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringContaining('footsteps'),
    });
  });

  it('trains fewer heads instead where the sounds are made by code', async () => {
    const { 'train/footsteps/a.wav': _, ...without } = WHOLE;
    expect((await check(without, true)).trainable.trunk).not.toContain('footsteps');
  });

  it('reports labels that no map lists', async () => {
    const { said } = await check({ ...WHOLE, 'train/flying_saucer/a.wav': noise(1) });
    expect(said).toEqual([expect.stringContaining('flying_saucer')]);
  });
});
