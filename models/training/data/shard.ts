/**
 * A file with many scenes in the form that the network reads: log-mel frames in 16 bits and one expected answer per
 * step and label.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { EarshotError } from '@earshot/shared/errors.ts';

/** The stored log10 power lies between -6 (the floor) and about 5; a unit of 1/4096 is 0.0024 dB. */
const SCALE = 4096;
const MAGIC = 'earshot-shard-2\n';

export interface ShardShape {
  scenes: number;
  /** Number of frames and steps of one scene. */
  frames: number;
  bands: number;
  steps: number;
  labels: readonly string[];
}

export interface Shard extends ShardShape {
  /** Log-mel values in units of 1/4096. Layout: [scene][frame][band]. */
  mels: Int16Array;
  /** Layout: [scene][step][label]. */
  targets: Uint8Array;
}

export const quantise = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value * SCALE)));
export const restore = 1 / SCALE;

export async function writeShard(path: string, shard: Shard): Promise<void> {
  const { mels, targets, ...shape } = shard;
  const body = Buffer.concat([
    Buffer.from(mels.buffer, mels.byteOffset, mels.byteLength),
    Buffer.from(targets.buffer, targets.byteOffset, targets.byteLength),
  ]);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const header = Buffer.from(`${MAGIC}${JSON.stringify({ ...shape, sha256 })}\n`);
  // Pad the header, so that the 16-bit numbers start at an even byte.
  const padding = Buffer.alloc(1024 - header.length, 0x20);
  await writeFile(`${path}.part`, Buffer.concat([header, padding, body]));
  await rename(`${path}.part`, path);
}

/** Returns null when the shard is missing. Throws when it is damaged; the caller may then render it again. */
export async function readShard(path: string): Promise<Shard | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const text = bytes.toString('latin1', 0, 1024);
  if (!text.startsWith(MAGIC))
    throw new EarshotError(
      'RECORD_CORRUPT',
      `${path} is not a shard of scenes: delete it and start the command again.`,
    );
  const shape = JSON.parse(text.slice(MAGIC.length)) as ShardShape & { sha256: string };
  const body = bytes.subarray(1024);
  if (createHash('sha256').update(body).digest('hex') !== shape.sha256)
    throw new EarshotError('RECORD_CORRUPT', `${path} does not match its checksum.`);
  const melBytes = shape.scenes * shape.frames * shape.bands * 2;
  const copy = new Uint8Array(body);
  return { ...shape, mels: new Int16Array(copy.buffer, 0, melBytes / 2), targets: copy.subarray(melBytes) };
}
