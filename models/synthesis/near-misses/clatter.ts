import { strike, type Mode } from '../modes.ts';
import type { Random } from '../random.ts';
import { normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';

export const CLATTERS = ['cutlery', 'keys', 'dishes', 'bottles', 'pan', 'coins'] as const;
export type Clatter = (typeof CLATTERS)[number];

/**
 * The objects and how they are struck. Whole objects give a few clear strikes, while breaking glass is a burst and many
 * small shards.
 */
interface Body {
  lowestHz: readonly [number, number];
  modes: readonly [number, number];
  decayS: readonly [number, number];
  strikes: readonly [number, number];
  everyS: readonly [number, number];
  thud: number;
}

const BODIES: Readonly<Record<Clatter, Body>> = {
  cutlery: {
    lowestHz: [1_400, 4_500],
    modes: [3, 7],
    decayS: [0.03, 0.35],
    strikes: [1, 14],
    everyS: [0.03, 0.6],
    thud: 0.3,
  },
  keys: {
    lowestHz: [2_600, 5_500],
    modes: [3, 6],
    decayS: [0.01, 0.06],
    strikes: [10, 60],
    everyS: [0.01, 0.09],
    thud: 0.05,
  },
  dishes: {
    lowestHz: [500, 2_600],
    modes: [3, 7],
    decayS: [0.015, 0.14],
    strikes: [1, 10],
    everyS: [0.05, 0.8],
    thud: 0.5,
  },
  bottles: {
    lowestHz: [1_200, 3_800],
    modes: [2, 5],
    decayS: [0.04, 0.4],
    strikes: [1, 6],
    everyS: [0.08, 0.9],
    thud: 0.2,
  },
  pan: { lowestHz: [180, 900], modes: [5, 10], decayS: [0.08, 0.7], strikes: [1, 7], everyS: [0.04, 0.4], thud: 0.7 },
  coins: {
    lowestHz: [3_200, 6_500],
    modes: [2, 4],
    decayS: [0.02, 0.18],
    strikes: [1, 16],
    everyS: [0.02, 0.3],
    thud: 0.05,
  },
};

export function clatter(random: Random, durationS: number, what: Clatter): Synthesised {
  const body = BODIES[what];
  const samples = new Float32Array(samplesOf(durationS));
  // A drawer contains several different objects.
  const things = Array.from({ length: random.integer(1, 4) }, () => drawThing(random, body));
  const dropped = random.chance(0.4);
  const strikes = random.integer(...body.strikes);
  const beeps: Beep[] = [];
  let gapS = random.uniform(...body.everyS);
  let atS = 0;
  let gain = 1;
  for (let n = 0; n < strikes && atS < durationS; n++) {
    const thing = random.pick(things);
    // Each strike hits a different place, so the same modes sound in different proportions.
    strike(
      samples,
      atS,
      thing.map((mode) => ({ ...mode, gain: mode.gain * random.uniform(0.2, 1) })),
      gain * random.uniform(0.4, 1),
    );
    if (body.thud > 0) strike(samples, atS, [{ hz: random.uniform(90, 400), decayS: 0.015, gain: body.thud }], gain);
    beeps.push({ startS: atS, lengthS: 0.2 });
    // A dropped object bounces faster and softer each time.
    gapS = dropped ? gapS * random.uniform(0.6, 0.95) : random.uniform(...body.everyS);
    if (dropped) gain *= random.uniform(0.55, 0.95);
    atS += Math.max(0.008, gapS);
  }
  return { kind: what, samples: normalise(samples), beeps, slices: { nearMiss: what } };
}

function drawThing(random: Random, { lowestHz, modes, decayS }: Body): Mode[] {
  const lowest = random.logUniform(...lowestHz);
  return Array.from({ length: random.integer(...modes) }, (_, n) => ({
    hz: lowest * (1 + n * random.uniform(0.5, 1.4)),
    decayS: random.logUniform(...decayS),
    gain: random.uniform(0.2, 1) / (1 + 0.3 * n),
  }));
}
