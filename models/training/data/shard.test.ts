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

  it('a shard is read from the disk unchanged', async () => {
    await writeShard(path, shard);
    expect(await readShard(path)).toMatchObject({ ...shard });
  });

  it('a shard stores log power with an error below a hundredth of a decibel', () => {
    for (const value of [-6, -3.21, 0, 4.99]) expect(Math.abs(quantise(value) * restore - value)).toBeLessThan(0.001);
  });

  it('a shard that was not rendered yet is reported as missing, not as damaged', async () => {
    expect(await readShard(path)).toBeNull();
  });

  it('a shard whose bytes have changed on the disk is refused', async () => {
    await writeShard(path, shard);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(1_030) ^ 1, 1_030);
    await writeFile(path, bytes);
    await expect(readShard(path)).rejects.toMatchObject({ code: 'RECORD_CORRUPT' });
  });
});
