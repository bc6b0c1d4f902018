import type { Random } from '../random.ts';
import { normalise, SAMPLE_RATE, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';
import { resonate } from '../voice.ts';

/**
 * Birdsong: whistled phrases between 2 and 7.5 kHz. A smoke alarm lies in this band, but birds never repeat the same
 * pitch and pace.
 */
export function birdCalls(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const centreHz = random.logUniform(2_000, 5_500);
  for (let atS = random.uniform(0, 0.5); atS < durationS; atS += random.uniform(0.3, 2.5)) {
    const syllables = random.integer(1, 9);
    const lengthS = random.logUniform(0.03, 0.3);
    const from = centreHz * random.uniform(0.75, 1.3);
    const to = centreHz * random.uniform(0.75, 1.3);
    for (let n = 0; n < syllables && atS < durationS; n++) {
      const vibrato = random.chance(0.3)
        ? { vibratoHz: random.uniform(15, 60), vibratoDepth: random.uniform(0.01, 0.08) }
        : {};
      addNote(samples, {
        startS: atS,
        lengthS,
        hz: from,
        toHz: to,
        gain: random.uniform(0.4, 1),
        harmonics: [1, 0.08],
        attackS: lengthS / 4,
        ...vibrato,
      });
      beeps.push({ startS: atS, lengthS });
      atS += lengthS * random.uniform(1.1, 2);
    }
  }
  return { kind: 'bird', samples: normalise(samples), beeps, slices: { nearMiss: 'bird' } };
}

/**
 * Children that shriek, dogs that whine, hinges and brakes: a sound of many harmonics whose pitch slides and trembles
 * all the time.
 */
export function squeal(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const usualHz = random.logUniform(350, 2_800);
  for (let atS = random.uniform(0, 0.5); atS < durationS; atS += random.uniform(0.1, 1.2)) {
    const lengthS = random.logUniform(0.12, 1.6);
    const harmonics = Array.from({ length: 6 }, (_, n) => random.uniform(0.1, 1) / (1 + n * random.uniform(0.3, 1)));
    // The pitch rises and then falls: two glides that join.
    const [from, peak, to] = [0.75, 1, 0.6].map((share) => usualHz * share * random.uniform(0.85, 1.2)) as Glide;
    const tremble = { vibratoHz: random.uniform(4, 35), vibratoDepth: random.logUniform(0.003, 0.06) };
    const gain = random.uniform(0.4, 1);
    const riseS = lengthS * random.uniform(0.2, 0.8);
    const voice = { gain, harmonics, attackS: 0.015, ...tremble };
    addNote(samples, { startS: atS, lengthS: riseS, hz: from, toHz: peak, ...voice });
    addNote(samples, { startS: atS + riseS, lengthS: lengthS - riseS, hz: peak, toHz: to, ...voice, attackS: 0.001 });
    beeps.push({ startS: atS, lengthS });
    atS += lengthS;
  }
  return { kind: 'squeal', samples: normalise(samples), beeps, slices: { nearMiss: 'squeal' } };
}

type Glide = [number, number, number];

/**
 * A kettle with a whistle of one or two reeds: hoarse at first, later between breathy noise and a nearly pure tone. It
 * holds its pitch for as long as the water boils, but wavers by some hertz.
 */
export function kettle(random: Random, durationS: number): Synthesised {
  const noise = Float32Array.from({ length: samplesOf(durationS) }, () => random.next() * 2 - 1);
  const endHz = random.logUniform(1_000, 4_000);
  const samples = new Float32Array(noise.length);
  const riseS = random.uniform(1, 8);
  const purity = random.logUniform(0.02, 2);
  const reeds = random.chance(0.4) ? [1, random.uniform(1.1, 1.4)] : [1];
  for (const ratio of reeds) {
    const hz = endHz * ratio;
    const waver = { vibratoHz: random.uniform(2, 9), vibratoDepth: random.logUniform(0.001, 0.02) };
    const tone = { gain: purity / ratio ** 2, harmonics: [1, random.uniform(0, 0.15)], ...waver };
    addNote(samples, {
      startS: 0,
      lengthS: riseS,
      hz: hz * random.uniform(0.6, 0.9),
      toHz: hz,
      attackS: riseS,
      ...tone,
    });
    const drift = random.uniform(0.98, 1.02);
    addNote(samples, { startS: riseS, lengthS: durationS - riseS, hz, toHz: hz * drift, attackS: 0.001, ...tone });
  }
  const whistle = resonate(noise, endHz, random.logUniform(8, 300));
  for (let i = 0; i < samples.length; i++) {
    const rise = Math.min(1, i / (riseS * SAMPLE_RATE));
    samples[i] = (samples[i] as number) + rise * (whistle[i] as number) + 0.01 * rise * (noise[i] as number);
  }
  return {
    kind: 'kettle',
    samples: normalise(samples),
    beeps: [{ startS: 0, lengthS: durationS }],
    slices: { nearMiss: purity > 0.5 ? 'kettle whistle' : 'kettle' },
  };
}

const SCALES = [
  [0, 2, 4, 5, 7, 9, 11, 12],
  [0, 2, 3, 5, 7, 8, 10, 12],
  [0, 3, 5, 7, 10, 12],
];

/**
 * Music: a melody over chords. One in three plays in the octave of alarms, as a piccolo, glockenspiel or synthesiser
 * does.
 */
export function music(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beatS = random.uniform(0.2, 0.65);
  const root = random.logUniform(90, 260);
  const scale = random.pick(SCALES);
  const octave = random.chance(1 / 3) ? 8 : random.pick([2, 4]);
  const harmonics = Array.from({ length: 6 }, (_, n) => random.uniform(0, 1) / (n + 1));
  const plucked = random.chance(0.5);
  const beeps: Beep[] = [];
  for (let atS = 0, beat = 0; atS < durationS; atS += beatS, beat++) {
    if (beat % 4 === 0) {
      const base = root * 2 ** (random.pick([0, 5, 7, -3]) / 12);
      for (const step of [0, 4, 7])
        addNote(samples, {
          startS: atS,
          lengthS: beatS * 4,
          hz: base * 2 ** (step / 12),
          gain: 0.25,
          harmonics,
          attackS: 0.02,
        });
    }
    if (random.chance(0.2)) continue;
    const lengthS = beatS * random.pick([0.5, 0.9, 1, 1.8]);
    const decay = plucked ? { decayS: random.uniform(0.1, 0.5) } : {};
    addNote(samples, {
      startS: atS,
      lengthS,
      hz: root * octave * 2 ** (random.pick(scale) / 12),
      gain: random.uniform(0.3, 0.8),
      harmonics,
      ...decay,
    });
    beeps.push({ startS: atS, lengthS });
  }
  return {
    kind: 'music',
    samples: normalise(samples),
    beeps,
    slices: { nearMiss: octave === 8 ? 'music in the alarm octave' : 'music' },
  };
}
