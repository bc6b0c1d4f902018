import { fadingNoise } from '../fading-noise.ts';
import { strike, type Mode } from '../modes.ts';
import type { Random } from '../random.ts';
import { addAt, normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { resonate } from '../voice.ts';

type Range = readonly [number, number];

/**
 * A struck bronze plate rings in hundreds of inharmonic modes, of which the high modes decay first. Breaking glass is
 * as bright and as noisy, but consists of many short sounds of shards. `decayS` is the decay time of the lowest mode.
 */
interface Plate {
  lowestHz: Range;
  modes: Range;
  decayS: Range;
  /** The noise of the strike, and how long the plate hisses. */
  stickS: Range;
  hissS: Range;
}

const PLATES = {
  'closed hi-hat': {
    lowestHz: [1_800, 4_500],
    modes: [25, 60],
    decayS: [0.01, 0.05],
    stickS: [0.001, 0.004],
    hissS: [0.01, 0.05],
  },
  'open hi-hat': {
    lowestHz: [1_200, 3_500],
    modes: [40, 90],
    decayS: [0.15, 0.7],
    stickS: [0.001, 0.005],
    hissS: [0.1, 0.5],
  },
  crash: {
    lowestHz: [250, 1_200],
    modes: [60, 140],
    decayS: [0.5, 2],
    stickS: [0.002, 0.012],
    hissS: [0.2, 1.2],
  },
  ride: { lowestHz: [300, 1_500], modes: [50, 120], decayS: [0.6, 2.5], stickS: [0.001, 0.004], hissS: [0.05, 0.4] },
  splash: { lowestHz: [600, 2_200], modes: [40, 100], decayS: [0.1, 0.5], stickS: [0.001, 0.006], hissS: [0.08, 0.4] },
  gong: { lowestHz: [90, 400], modes: [40, 100], decayS: [0.8, 3], stickS: [0.004, 0.02], hissS: [0.1, 0.6] },
} satisfies Record<string, Plate>;

const HIGHEST_HZ = 7_900;
/**
 * Greatest number of strokes. It limits the time of computing a long pattern, because a hundred modes of each stroke
 * ring for seconds.
 */
const MOST_STROKES = 64;

/** Mostly cymbals, sometimes a snare drum, a tambourine or a clap: single strokes, or some bars of a pattern. */
export function percussion(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const [name, plate] = random.pick(Object.entries<Plate>(PLATES));
  const strokes = [plateOf(random, plate), ...(random.chance(0.3) ? [drumOf(random)] : [])];
  const beatS = random.logUniform(0.11, 0.8);
  const isSingle = random.chance(0.4);
  const most = isSingle ? random.integer(1, 3) : MOST_STROKES;
  const beeps: Beep[] = [];
  let atS = random.uniform(0, Math.min(1, durationS / 4));
  for (let n = 0; n < most && atS < durationS; n++) {
    // A pattern skips some beats, but never the first one.
    if (n === 0 || isSingle || random.chance(0.8)) {
      const stroke = random.pick(strokes);
      stroke(samples, atS, random.uniform(0.35, 1));
      beeps.push({ startS: atS, lengthS: 0.2 });
    }
    atS += isSingle ? random.uniform(0.4, 3) : beatS * random.uniform(0.97, 1.03);
  }
  return { kind: name, samples: normalise(samples), beeps, slices: { nearMiss: 'percussion' } };
}

type Stroke = (samples: Float32Array, atS: number, gain: number) => void;

function plateOf(random: Random, plate: Plate): Stroke {
  const lowest = random.logUniform(...plate.lowestHz);
  const decayS = random.logUniform(...plate.decayS);
  const brightness = random.uniform(-0.4, 0.6);
  const modes = Array.from({ length: random.integer(...plate.modes) }, (): Mode => {
    // A plate has the same number of modes in each kilohertz.
    const hz = random.uniform(lowest, HIGHEST_HZ);
    return {
      hz,
      decayS: decayS * (lowest / hz) ** random.uniform(0.2, 0.9),
      gain: random.uniform(0.1, 1) * (hz / lowest) ** brightness,
    };
  });
  const [stickS, hissS] = [random.logUniform(...plate.stickS), random.logUniform(...plate.hissS)];
  const [hissHz, hiss] = [random.uniform(3_500, 7_000), random.uniform(0.5, 6)];
  const stick = random.uniform(0.5, 6);
  return (samples, atS, gain) => {
    // Each stroke hits a different place, so the same modes sound in different proportions.
    strike(
      samples,
      atS,
      modes.map((mode) => ({ ...mode, gain: mode.gain * random.uniform(0.3, 1) })),
      gain,
    );
    addAt(samples, fading(random, stickS), samplesOf(atS), gain * stick);
    addAt(samples, resonate(fading(random, hissS), hissHz, hissHz), samplesOf(atS), gain * hiss);
  };
}

/** Adds a drum, a tambourine or a clap: a skin that thuds, and wires, jingles or hands that rattle. */
function drumOf(random: Random): Stroke {
  const skin = [
    { hz: random.logUniform(60, 350), decayS: random.logUniform(0.03, 0.2), gain: random.uniform(0, 1.5) },
    { hz: random.logUniform(200, 700), decayS: random.logUniform(0.02, 0.1), gain: random.uniform(0, 0.8) },
  ];
  const [rattleS, rattleHz] = [random.logUniform(0.01, 0.12), random.logUniform(900, 6_000)];
  return (samples, atS, gain) => {
    strike(samples, atS, skin, gain);
    addAt(samples, resonate(fading(random, rattleS), rattleHz, rattleHz), samplesOf(atS), gain * 2);
  };
}

/** White noise that falls to 1/e of its strength in `decayS`. */
function fading(random: Random, decayS: number): Float32Array {
  const length = samplesOf(5 * decayS) + 1;
  return fadingNoise(random, length, Math.exp(-5 / length));
}
