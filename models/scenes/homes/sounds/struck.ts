import { strike, type Mode } from '../../../synthesis/modes.ts';
import type { Random } from '../../../synthesis/random.ts';
import { addAt, samplesOf } from '../../../synthesis/sound.ts';
import { resonate } from '../../../synthesis/voice.ts';
import { burst, type Make } from './make.ts';

type Range = readonly [number, number];

/** A struck object: the modes that ring, the noise of the contact, and the number of strikes. */
interface Body {
  hz: Range;
  modes: Range;
  decayS: Range;
  /** The noise of the contact: its time constant, its colour, and its share relative to the ringing. */
  knock: { decayS: Range; hz: Range; gain: Range };
  strikes: Range;
  everyS: Range;
  /** Whether each strike follows sooner and is softer than the strike before, as with a dropped object. */
  bounces?: boolean;
  /** Whether the pauses are nearly equal, as with steps, hammers and clocks. */
  steady?: boolean;
}

const BODIES: Readonly<Record<string, Body>> = {
  chopping: {
    hz: [180, 900],
    modes: [3, 5],
    decayS: [0.008, 0.04],
    knock: { decayS: [0.002, 0.008], hz: [900, 4_000], gain: [0.3, 1] },
    strikes: [3, 18],
    everyS: [0.13, 0.45],
    steady: true,
  },
  cupboard: {
    hz: [80, 700],
    modes: [4, 8],
    decayS: [0.015, 0.09],
    knock: { decayS: [0.004, 0.03], hz: [500, 3_500], gain: [0.3, 1.2] },
    strikes: [1, 3],
    everyS: [0.05, 0.6],
    bounces: true,
  },
  door: {
    hz: [50, 420],
    modes: [4, 9],
    decayS: [0.03, 0.16],
    knock: { decayS: [0.008, 0.05], hz: [300, 2_600], gain: [0.3, 1.3] },
    strikes: [1, 3],
    everyS: [0.04, 0.5],
    bounces: true,
  },
  lid: {
    hz: [500, 2_800],
    modes: [4, 8],
    decayS: [0.05, 0.5],
    knock: { decayS: [0.002, 0.008], hz: [1_500, 5_000], gain: [0.1, 0.5] },
    strikes: [1, 5],
    everyS: [0.05, 0.3],
    bounces: true,
  },
  clink: {
    hz: [1_500, 5_200],
    modes: [2, 5],
    decayS: [0.06, 0.6],
    knock: { decayS: [0.001, 0.003], hz: [3_000, 6_500], gain: [0.05, 0.3] },
    strikes: [1, 3],
    everyS: [0.15, 0.9],
  },
  clatter: {
    hz: [300, 2_400],
    modes: [3, 6],
    decayS: [0.008, 0.06],
    knock: { decayS: [0.002, 0.01], hz: [800, 5_000], gain: [0.3, 1] },
    strikes: [3, 25],
    everyS: [0.02, 0.3],
  },
  click: {
    hz: [1_200, 5_500],
    modes: [1, 3],
    decayS: [0.002, 0.012],
    knock: { decayS: [0.0008, 0.003], hz: [1_500, 6_000], gain: [0.3, 1.2] },
    strikes: [1, 4],
    everyS: [0.05, 0.7],
  },
  typing: {
    hz: [500, 3_500],
    modes: [2, 4],
    decayS: [0.003, 0.015],
    knock: { decayS: [0.001, 0.005], hz: [1_200, 5_500], gain: [0.4, 1.2] },
    strikes: [6, 40],
    everyS: [0.07, 0.26],
  },
  steps: {
    hz: [45, 320],
    modes: [3, 6],
    decayS: [0.01, 0.07],
    knock: { decayS: [0.003, 0.025], hz: [300, 4_500], gain: [0.2, 1] },
    strikes: [4, 14],
    everyS: [0.42, 0.68],
    steady: true,
  },
  knock: {
    hz: [120, 700],
    modes: [3, 6],
    decayS: [0.01, 0.06],
    knock: { decayS: [0.002, 0.008], hz: [600, 3_000], gain: [0.2, 0.8] },
    strikes: [2, 5],
    everyS: [0.14, 0.3],
    steady: true,
  },
  hammer: {
    hz: [200, 2_600],
    modes: [4, 9],
    decayS: [0.01, 0.12],
    knock: { decayS: [0.001, 0.01], hz: [1_200, 6_000], gain: [0.4, 1.4] },
    strikes: [2, 12],
    everyS: [0.28, 0.8],
    steady: true,
  },
  ball: {
    hz: [90, 1_100],
    modes: [2, 4],
    decayS: [0.01, 0.05],
    knock: { decayS: [0.002, 0.006], hz: [800, 3_000], gain: [0.2, 0.7] },
    strikes: [2, 9],
    everyS: [0.3, 0.9],
    bounces: true,
  },
  'timer bell': {
    hz: [1_700, 3_600],
    modes: [2, 4],
    decayS: [0.25, 1.2],
    knock: { decayS: [0.001, 0.003], hz: [3_000, 6_000], gain: [0.05, 0.2] },
    strikes: [1, 1],
    everyS: [1, 1],
  },
  'bicycle bell': {
    hz: [1_900, 3_400],
    modes: [2, 5],
    decayS: [0.2, 0.7],
    knock: { decayS: [0.001, 0.003], hz: [3_000, 6_000], gain: [0.05, 0.2] },
    strikes: [2, 8],
    everyS: [0.06, 0.2],
  },
  bells: {
    hz: [190, 700],
    modes: [6, 9],
    decayS: [0.8, 2.5],
    knock: { decayS: [0.003, 0.01], hz: [800, 3_000], gain: [0.05, 0.2] },
    strikes: [12, 30],
    everyS: [0.7, 1.6],
    steady: true,
  },
  'clock tick': {
    hz: [900, 4_500],
    modes: [2, 4],
    decayS: [0.002, 0.012],
    knock: { decayS: [0.0008, 0.003], hz: [1_500, 6_000], gain: [0.3, 1] },
    strikes: [60, 60],
    everyS: [0.5, 1],
    steady: true,
  },
  drums: {
    hz: [55, 420],
    modes: [2, 5],
    decayS: [0.04, 0.25],
    knock: { decayS: [0.005, 0.12], hz: [900, 6_500], gain: [0.3, 1.6] },
    strikes: [8, 30],
    everyS: [0.12, 0.5],
  },
  firework: {
    hz: [40, 180],
    modes: [3, 6],
    decayS: [0.05, 0.25],
    knock: { decayS: [0.01, 0.08], hz: [300, 3_500], gain: [0.8, 2] },
    strikes: [1, 5],
    everyS: [0.05, 0.9],
  },
};

export const STRUCK: Readonly<Record<string, Make>> = Object.fromEntries(
  Object.entries(BODIES).map(([name, body]) => [name, (random, durationS) => struck(random, durationS, body)]),
);

function struck(random: Random, durationS: number, body: Body): Float32Array {
  const samples = new Float32Array(samplesOf(durationS));
  const things = Array.from({ length: random.integer(1, 3) }, () => drawThing(random, body));
  const hard = random.logUniform(...body.knock.hz);
  const usualS = random.uniform(...body.everyS);
  let gain = 1;
  let gapS = usualS;
  let end = 0;
  for (let n = random.integer(...body.strikes), atS = random.uniform(0, 0.05); n > 0 && atS < durationS; n--) {
    const thing = random.pick(things).map((mode) => ({ ...mode, gain: mode.gain * random.uniform(0.3, 1) }));
    const strength = gain * random.uniform(0.5, 1);
    strike(samples, atS, thing, strength);
    const knock = resonate(burst(random, random.logUniform(...body.knock.decayS)), hard, hard);
    addAt(samples, knock, samplesOf(atS), strength * random.uniform(...body.knock.gain));
    end = atS + 1.5;
    if (body.bounces) [gapS, gain] = [gapS * random.uniform(0.6, 0.95), gain * random.uniform(0.5, 0.9)];
    else gapS = body.steady ? usualS * random.uniform(0.93, 1.07) : random.logUniform(...body.everyS);
    atS += Math.max(0.008, gapS);
  }
  return samples.subarray(0, Math.min(samples.length, samplesOf(end)));
}

function drawThing(random: Random, { hz, modes, decayS }: Body): Mode[] {
  const lowest = random.logUniform(...hz);
  return Array.from({ length: random.integer(...modes) }, (_, n) => ({
    hz: lowest * (1 + n * random.uniform(0.4, 1.5)),
    decayS: random.logUniform(...decayS),
    gain: random.uniform(0.3, 1) / (1 + 0.4 * n),
  }));
}
