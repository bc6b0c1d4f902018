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
  ...Object.fromEntries(
    ['hall', 'cellar', 'kitchen', 'attic', 'bath'].map((room) => [`train/background_room/${room}.wav`, noise(4)]),
  ),
  'train/footsteps/a.wav': noise(1),
  'train/door/a.wav': noise(1),
  'train/dog_bark/a.wav': noise(1),
  'train/baby_cry/a.wav': noise(1),
  'rir/a.wav': noise(1),
};

/** Checks a corpus that consists of these files. Label and split of a file are taken from its path. */
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
    return { said, trainable: await checkCorpus(corpus, maker, (line) => said.push(line), { mayLack, seed: 1 }) };
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

  it('reports each missing, broken or silent file once with the reason, and continues', async () => {
    const { said } = await check({
      ...WHOLE,
      'train/doorbell/gone.wav': 'missing',
      'train/doorbell/broken.wav': GARBAGE,
      'train/doorbell/silent.wav': SILENCE,
    });
    for (const file of ['gone', 'broken', 'silent'])
      expect(said.filter((line) => line.includes(`${file}.wav`) && line.startsWith('left out'))).toHaveLength(1);
  });

  it('fails when no file of a class can be used', async () => {
    await expect(check({ ...WHOLE, 'train/glass_break/only.wav': SILENCE })).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringContaining('glass_break'),
    });
  });

  it('fails when the corpus has no recording of a label that cannot be synthesised', async () => {
    const { 'train/footsteps/a.wav': _, ...without } = WHOLE;
    await expect(check(without)).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringContaining('footsteps'),
    });
  });

  it('fails when too few backgrounds are recorded to hold one back for the calibration', async () => {
    const { 'train/background_room/bath.wav': _, ...four } = WHOLE;
    await expect(check(four)).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringMatching(/holds back no background .* needs 5 recordings .* background_room: 4 /),
    });
  });

  it('counts takes of one recording of a background once', async () => {
    const { 'train/background_room/bath.wav': _, ...four } = WHOLE;
    const takes = { 'train/background_room/hall-1.wav': noise(4), 'train/background_room/hall_2.wav': noise(4) };
    await expect(check({ ...four, ...takes })).rejects.toMatchObject({
      message: expect.stringContaining('background_room: 4 '),
    });
  });

  it('fails when five recordings of backgrounds have different labels, so that none of them is held back', async () => {
    const { 'train/background_room/bath.wav': _, ...four } = WHOLE;
    await expect(check({ ...four, 'train/rain/roof.wav': noise(4) })).rejects.toMatchObject({ code: 'CORPUS_EMPTY' });
  });

  it('leaves out labels without sounds when the corpus is synthesised', async () => {
    const { 'train/footsteps/a.wav': _, ...without } = WHOLE;
    expect((await check(without, true)).trainable.trunk).not.toContain('footsteps');
  });

  it('reports labels that are not in the label map', async () => {
    const { said } = await check({ ...WHOLE, 'train/flying_saucer/a.wav': noise(1) });
    expect(said).toEqual([expect.stringContaining('flying_saucer')]);
  });
});
