import { strike, type Mode } from './modes.ts';
import type { Random } from './random.ts';
import { normalise, samplesOf, type Synthesised } from './sound.ts';

export const PANES = ['window', 'door', 'bottle', 'tumbler', 'tempered'] as const;
export type Pane = (typeof PANES)[number];

/** How a pane breaks: its thud, the number of shards, for how long they fall, and at which pitch they ring. */
interface Breakage {
  thud: readonly [number, number];
  shards: readonly [number, number];
  spreadS: readonly [number, number];
  shardHz: readonly [number, number];
  decayS: readonly [number, number];
}

const BREAKAGE: Readonly<Record<Pane, Breakage>> = {
  window: { thud: [0.2, 1.2], shards: [60, 220], spreadS: [0.12, 0.6], shardHz: [1_500, 7_500], decayS: [0.004, 0.06] },
  door: { thud: [0.5, 1.6], shards: [120, 320], spreadS: [0.25, 0.9], shardHz: [900, 6_500], decayS: [0.006, 0.08] },
  bottle: { thud: [0.1, 0.7], shards: [15, 70], spreadS: [0.05, 0.3], shardHz: [1_800, 7_800], decayS: [0.006, 0.07] },
  tumbler: { thud: [0, 0.3], shards: [10, 50], spreadS: [0.04, 0.3], shardHz: [2_400, 7_800], decayS: [0.008, 0.09] },
  // Tempered glass breaks into very many small pieces, which ring very briefly.
  tempered: {
    thud: [0.3, 1.2],
    shards: [250, 500],
    spreadS: [0.3, 1.1],
    shardHz: [2_500, 7_800],
    decayS: [0.002, 0.02],
  },
};

export interface GlassOptions {
  durationS: number;
  pane?: Pane;
}

/**
 * Makes the sound of a breaking pane by modal synthesis: a thud, a crack, and the shards that fall to the floor. No two
 * panes sound alike.
 */
export function glassBreak(random: Random, { durationS, pane = random.pick(PANES) }: GlassOptions): Synthesised {
  const how = BREAKAGE[pane];
  const samples = new Float32Array(samplesOf(durationS));
  addThud(samples, random, random.uniform(...how.thud));
  addCrack(samples, random);
  const spreadS = random.uniform(...how.spreadS);
  const shards = Math.round(random.logUniform(...how.shards));
  for (let shard = 0; shard < shards; shard++) {
    // Most shards ring at the beginning, then fewer and fewer, so their times have an exponential distribution.
    const atS = 0.004 - spreadS * 0.4 * Math.log(1 - random.next() * 0.98);
    strike(samples, atS, shardModes(random, how), random.logUniform(0.03, 0.5) * Math.exp(-atS / spreadS));
  }
  const fallS = addFall(samples, random, how, shards);
  const lengthS = Math.min(durationS, Math.max(fallS, spreadS * 2));
  return { kind: 'glass_break', samples: normalise(samples), beeps: [{ startS: 0, lengthS }], slices: { pane } };
}

/** Adds pieces that hit the floor 0.25 to 0.9 s later and bounce. */
function addFall(samples: Float32Array, random: Random, how: Breakage, shards: number): number {
  if (random.chance(0.25)) return 0;
  const dropS = random.uniform(0.25, 0.9);
  const pieces = Math.round(shards * random.uniform(0.1, 0.5));
  const spreadS = random.uniform(0.08, 0.35);
  let lastS = 0;
  for (let piece = 0; piece < pieces; piece++) {
    let atS = dropS + Math.abs(random.normal(0, spreadS));
    let gain = random.logUniform(0.02, 0.35);
    const modes = shardModes(random, how);
    for (let bounce = 0; bounce < 3 && gain > 0.01; bounce++) {
      strike(samples, atS, modes, gain);
      lastS = Math.max(lastS, atS);
      atS += random.uniform(0.03, 0.12) / (bounce + 1);
      gain *= random.uniform(0.2, 0.5);
    }
  }
  return lastS + 0.1;
}

function shardModes(random: Random, { shardHz, decayS }: Breakage): Mode[] {
  const lowest = random.logUniform(...shardHz);
  return Array.from({ length: random.integer(2, 5) }, (_, n) => ({
    hz: lowest * (1 + n * random.uniform(0.25, 0.9)),
    decayS: random.logUniform(...decayS) / (1 + 0.4 * n),
    gain: random.uniform(0.3, 1) / (1 + n * 0.5),
  }));
}

function addThud(samples: Float32Array, random: Random, gain: number): void {
  const modes = Array.from({ length: 3 }, () => ({
    hz: random.logUniform(60, 420),
    decayS: random.logUniform(0.01, 0.07),
    gain: random.uniform(0.3, 1),
  }));
  strike(samples, 0, modes, gain * 2);
}

/** Adds the first crack, a burst of noise over all bands. */
function addCrack(samples: Float32Array, random: Random): void {
  const fall = samplesOf(random.logUniform(0.002, 0.03));
  const gain = random.uniform(0.3, 1.2);
  const smooth = random.uniform(0, 0.7);
  let held = 0;
  for (let i = 0; i < Math.min(samples.length, fall * 6); i++) {
    const noise = random.next() * 2 - 1;
    held = smooth * held + (1 - smooth) * noise;
    samples[i] = (samples[i] as number) + gain * held * Math.exp(-i / fall);
  }
}
