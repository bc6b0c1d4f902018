import type { Random } from '../random.ts';
import { normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';
import { beeper, train } from './beepers.ts';

/** A pedestrian crossing: slow ticks that help blind people find it, and quick beeps while people may walk. */
export function crossing(random: Random, durationS: number): Synthesised {
  const hz = random.logUniform(500, 2_800);
  const waitS = random.uniform(0.5, 8);
  const goS = random.uniform(4, 15);
  const onS = random.uniform(0.03, 0.12);
  const gapS = random.uniform(0.03, 0.15);
  const ticks = train(Math.floor(waitS / 0.95), 0.04, 0.91);
  const walk = train(Math.floor(goS / (onS + gapS)), onS, gapS, waitS);
  const after = train(Math.max(0, Math.floor((durationS - waitS - goS) / 0.95)), 0.04, 0.91, waitS + goS);
  return beeper(random, 'crossing', durationS, [...ticks, ...walk, ...after], hz);
}

/** Parking sensors: beeps that speed up until they merge. */
export function parkingSensor(random: Random, durationS: number): Synthesised {
  const beeps: Beep[] = [];
  let gapS = random.uniform(0.3, 1);
  const haste = random.uniform(0.8, 0.97);
  for (let startS = 0; startS < Math.min(durationS, 15); startS += 0.07 + gapS, gapS = Math.max(0.02, gapS * haste))
    beeps.push({ startS, lengthS: 0.07 });
  return beeper(random, 'parking_sensor', durationS, beeps, random.logUniform(700, 2_800));
}

const HORN = [1, 0.8, 0.6, 0.4, 0.3, 0.2];

/** Car alarms: the horn, or the six sounds of usual sirens one after another, from 0.7 to 3 kHz. */
export function carAlarm(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const low = random.logUniform(600, 1_400);
  const hornS = random.uniform(0.3, 0.8);
  const isHorn = random.chance(0.4);
  const tuneS = random.uniform(1.5, 4);
  for (let atS = 0; atS < durationS;) {
    if (isHorn) {
      for (const hz of [low * 0.6, low * 0.75]) addNote(samples, { startS: atS, lengthS: hornS, hz, harmonics: HORN });
      atS += 2 * hornS;
      continue;
    }
    const stepS = random.pick([0.08, 0.15, 0.3, 0.6, 1.2]);
    const [from, to] = random.pick([
      [1, 2.2],
      [2.2, 1],
      [1, 1],
    ]) as [number, number];
    for (let n = 0; n * stepS < tuneS; n++) {
      const jump = from === to && n % 2 ? 1.5 : 1;
      addNote(samples, {
        startS: atS + n * stepS,
        lengthS: stepS,
        hz: low * from * jump,
        toHz: low * to * jump,
        harmonics: HORN.slice(0, 4),
        attackS: 0.001,
      });
    }
    atS += tuneS;
  }
  const beeps = [{ startS: 0, lengthS: durationS }];
  return {
    kind: 'car_alarm',
    samples: normalise(samples),
    beeps,
    slices: { nearMiss: `car_alarm ${isHorn ? 'horn' : 'tunes'}` },
  };
}

/**
 * Bells of level crossings, schools and old clocks: equally spaced strokes of three partials, of which the lowest is
 * the loudest.
 */
export function bell(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const hz = random.logUniform(600, 3_200);
  const everyS = random.logUniform(0.045, 0.9);
  const decayS = Math.min(0.6, everyS * random.uniform(0.5, 2));
  const untilS = random.chance(0.5) ? durationS : random.uniform(2, durationS);
  const partials = [1, random.uniform(1.4, 2.3), random.uniform(2.4, 3.2)];
  const beeps: Beep[] = [];
  for (let startS = 0; startS < untilS; startS += everyS * random.uniform(0.99, 1.01)) {
    partials.forEach((ratio, n) => {
      if (hz * ratio > 7_500) return;
      addNote(samples, {
        startS,
        lengthS: Math.min(3 * decayS, 1),
        hz: hz * ratio,
        gain: 0.6 ** n,
        decayS,
        attackS: 0.001,
      });
    });
    beeps.push({ startS, lengthS: Math.min(everyS, decayS) });
  }
  return { kind: 'bell', samples: normalise(samples), beeps, slices: { nearMiss: 'bell' } };
}
