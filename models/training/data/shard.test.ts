import { beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantise, readShard, restore, writeShard, type Shard } from './shard.ts';

const shard: Shard = {
  scenes: 2,
  frames: 4,
  bands: 3,
  steps: 2,
  labels: ['a', 'b'],
  mels: Int16Array.from({ length: 24 }, (_, i) => quantise(-6 + i / 3)),
  targets: Uint8Array.from([0, 1, 2, 0, 1, 0, 0, 2]),
};

describe('a shard of scenes', () => {
  let path: string;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'earshot-shard-')), '0.shard');
  });

  it('is read from the disk unchanged', async () => {
    await writeShard(path, shard);
    expect(await readShard(path)).toMatchObject({ ...shard });
  });

  it('keeps log power to a hundredth of a decibel', () => {
    for (const value of [-6, -3.21, 0, 4.99]) expect(Math.abs(quantise(value) * restore - value)).toBeLessThan(0.001);
  });

  it('is reported as missing, not as damaged, before it was rendered', async () => {
    expect(await readShard(path)).toBeNull();
  });

  it('is refused when its bytes have changed on the disk', async () => {
    await writeShard(path, shard);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(1_030) ^ 1, 1_030);
    await writeFile(path, bytes);
    await expect(readShard(path)).rejects.toMatchObject({ code: 'RECORD_CORRUPT' });
  });
});
