/**
 * The bank: the trunk's embeddings of other sounds, so that a home can train a head and estimate its false alerts
 * without a corpus. It holds means of the embedding over 0.4 s (the short window of the device's decision), from
 * which no sound can be reconstructed.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Sha256 } from '@earshot/shared/contracts/common.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

/**
 * Number of recorded sounds in a home's day, as in the simulated house days: each of a thousand recordings is played on
 * three days in a hundred.
 */
export const RECORDINGS_PER_DAY = 30;

const INDEX = 'bank.json';
const VALUES = 'bank.i8';

const Group = z.object({
  name: z.string(),
  /**
   * Heads are trained on the sounds of one half of the groups and measured on the others. No home or recording is in
   * both.
   */
  use: z.enum(['learn', 'measure']),
  windows: z.number().int().nonnegative(),
  vectorsPerWindow: z.number().int().positive(),
  /** Number of windows of this group in a home's day; 0 for groups that are used for training. */
  perDay: z.number().nonnegative(),
  /** How many windows each stored window represents, when similar windows are stored only once. The sum is `perDay`. */
  counts: z.array(z.number().int().positive()).optional(),
});
export type BankGroup = z.infer<typeof Group>;

const BankIndex = z.object({
  schema: z.literal(1),
  trunkSha256: Sha256,
  /** SHA-256 of bank.i8. */
  sha256: Sha256,
  width: z.number().int().positive(),
  stepsPerVector: z.number().int().positive(),
  groups: z.array(Group),
});
export type BankIndex = z.infer<typeof BankIndex>;

/** An LSTM's output lies between -1 and 1. */
const FULL_SCALE = 127;

export interface BankWindow {
  /** Name of the window's group. */
  group: string;
  vectors: Float32Array;
  /** Number of windows in a home's day that this window represents. */
  perDay: number;
}

export class SoundBank {
  readonly index: BankIndex;
  private readonly values: Int8Array;

  constructor(index: BankIndex, values: Int8Array) {
    this.index = index;
    this.values = values;
  }

  /** Reads and checks a bank. It must belong to the trunk with this hash. */
  static async read(dir: string, trunkSha256: string): Promise<SoundBank> {
    let index: BankIndex;
    let values: Uint8Array;
    try {
      index = BankIndex.parse(JSON.parse(await readFile(join(dir, INDEX), 'utf8')));
      values = await readFile(join(dir, VALUES));
    } catch (error) {
      throw asEarshotError(error, 'TEACH_BANK', `${dir} cannot be read`);
    }
    if (createHash('sha256').update(values).digest('hex') !== index.sha256)
      throw new EarshotError('TEACH_BANK', `${join(dir, VALUES)} is damaged: its SHA-256 is not the one in ${INDEX}.`);
    if (index.trunkSha256 !== trunkSha256)
      throw new EarshotError('TEACH_BANK', `${dir} was made with another trunk than this release has.`);
    const expected = index.groups.reduce((sum, group) => sum + group.windows * group.vectorsPerWindow, 0) * index.width;
    if (values.length !== expected)
      throw new EarshotError('TEACH_BANK', `${join(dir, VALUES)} has ${values.length} bytes, not ${expected}.`);
    return new SoundBank(index, new Int8Array(values.buffer, values.byteOffset, values.length));
  }

  /** Identifies the content of the bank. */
  get id(): string {
    return createHash('sha256').update(JSON.stringify(this.index)).digest('hex');
  }

  windows(use: BankGroup['use']): BankWindow[] {
    const { groups, width } = this.index;
    const found: BankWindow[] = [];
    let at = 0;
    for (const group of groups) {
      const size = group.vectorsPerWindow * width;
      const { windows, perDay, counts } = group;
      const all = counts?.reduce((a, b) => a + b, 0) ?? windows;
      for (let n = 0; n < windows; n++, at += size)
        if (group.use === use)
          found.push({
            group: group.name,
            vectors: Float32Array.from(this.values.subarray(at, at + size), (value) => value / FULL_SCALE),
            perDay: (perDay * (counts?.[n] ?? 1)) / all,
          });
    }
    return found;
  }
}

export class BankWriter {
  private readonly groups: BankGroup[] = [];
  private readonly parts: Float32Array[] = [];

  add(group: Omit<BankGroup, 'windows'>, windows: readonly Float32Array[]): void {
    this.groups.push({ ...group, windows: windows.length });
    this.parts.push(...windows);
  }

  async write(dir: string, about: Pick<BankIndex, 'trunkSha256' | 'width' | 'stepsPerVector'>): Promise<BankIndex> {
    const values = new Int8Array(this.parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.parts)
      for (const value of part) values[at++] = Math.round(Math.max(-1, Math.min(1, value)) * FULL_SCALE);
    const sha256 = createHash('sha256').update(values).digest('hex');
    const index: BankIndex = { schema: 1, ...about, sha256, groups: this.groups };
    await writeFile(join(dir, VALUES), values);
    await writeFile(join(dir, INDEX), `${JSON.stringify(index)}\n`);
    return index;
  }
}

/** Returns `count` mean embeddings, each over `steps` steps, from step `from` on; null when the sound is too short. */
export function meansOf(
  embeddings: Float32Array,
  width: number,
  { from, steps, count }: { from: number; steps: number; count: number },
): Float32Array | null {
  if ((from + steps * count) * width > embeddings.length) return null;
  const means = new Float32Array(count * width);
  for (let n = 0; n < count; n++)
    for (let step = 0; step < steps; step++)
      for (let i = 0; i < width; i++)
        means[n * width + i] =
          (means[n * width + i] as number) + (embeddings[(from + n * steps + step) * width + i] as number) / steps;
  return means;
}
