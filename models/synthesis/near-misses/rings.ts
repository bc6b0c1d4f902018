import type { Random } from '../random.ts';
import { normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';

const semitones = (from: number, steps: number): number => from * 2 ** (steps / 12);

/** A doorbell: two falling notes, a Westminster peal, an electronic tune, or a plain buzzer. */
export function doorbell(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const root = random.logUniform(420, 1_700);
  const tune = random.pick([
    [0, -4],
    [0, -4, 0, -4],
    [4, 0, 2, -5],
    [0, 2, -3, -15],
    [0, 4, 7],
    [0],
    [7, 4, 0, 4, 7, 12],
  ]);
  const stepS = random.uniform(0.15, 0.9);
  const decayS = random.logUniform(0.1, 1.2);
  const harmonics = random.chance(0.5)
    ? [1, 0.1, 0.25, 0.05, 0.1]
    : [1, random.uniform(0, 0.5), random.uniform(0, 0.5), random.uniform(0, 0.3)];
  const rounds = random.chance(0.25) ? 2 : 1;
  for (let round = 0; round < rounds; round++) {
    tune.forEach((steps, n) => {
      const startS = (round * (tune.length + 1) + n) * stepS;
      if (startS >= durationS) return;
      const lengthS = Math.min(durationS - startS, Math.max(stepS, decayS * 4));
      addNote(samples, { startS, lengthS, hz: semitones(root, steps), harmonics, decayS, attackS: 0.002 });
      beeps.push({ startS, lengthS });
    });
  }
  return { kind: 'doorbell', samples: normalise(samples), beeps, slices: { nearMiss: 'doorbell' } };
}

/** A telephone: rings with pauses, of an old bell, an office telephone's warble, a mobile's marimba or its bleeps. */
export function ringTone(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const ringS = random.uniform(0.4, 2.2);
  const pauseS = random.uniform(0.2, 4);
  const style = random.weighted({ bell: 0.25, warble: 0.35, tune: 0.4 });
  const draw = STYLES[style](random);
  const beeps: Beep[] = [];
  for (
    let startS = 0, rings = random.integer(1, 5);
    startS < durationS && rings > 0;
    startS += ringS + pauseS, rings--
  ) {
    draw(samples, startS, Math.min(ringS, durationS - startS));
    beeps.push({ startS, lengthS: Math.min(ringS, durationS - startS) });
  }
  return { kind: 'ring_tone', samples: normalise(samples), beeps, slices: { nearMiss: `ring_tone ${style}` } };
}

type Ring = (samples: Float32Array, startS: number, lengthS: number) => void;

const STYLES: Record<'bell' | 'warble' | 'tune', (random: Random) => Ring> = {
  bell: (random) => {
    const hz = random.uniform(1_000, 2_400);
    const strikeS = 1 / random.uniform(18, 28);
    return (samples, startS, lengthS) => {
      for (let at = 0; at < lengthS; at += strikeS)
        addNote(samples, {
          startS: startS + at,
          lengthS: 0.25,
          hz: hz * ((at / strikeS) % 2 < 1 ? 1 : 1.26),
          harmonics: [1, 0, 0.4, 0.2],
          decayS: 0.1,
          attackS: 0.001,
        });
    };
  },
  warble: (random) => {
    const hz = random.logUniform(700, 2_600);
    const other = hz * random.uniform(1.1, 1.35);
    const stepS = 1 / random.uniform(8, 40);
    return (samples, startS, lengthS) => {
      for (let at = 0, n = 0; at < lengthS; at += stepS, n++)
        addNote(samples, { startS: startS + at, lengthS: stepS, hz: n % 2 ? hz : other, harmonics: [1, 0.2, 0.3] });
    };
  },
  tune: (random) => {
    const root = random.logUniform(500, 1_600);
    const stepS = random.uniform(0.08, 0.22);
    const steps = Array.from({ length: random.integer(3, 9) }, () => random.pick([0, 2, 4, 5, 7, 9, 11, 12, 14, 16]));
    const decayS = random.uniform(0.06, 0.4);
    return (samples, startS, lengthS) => {
      for (let at = 0, n = 0; at < lengthS; at += stepS, n++)
        addNote(samples, {
          startS: startS + at,
          lengthS: stepS * 2,
          hz: semitones(root, steps[n % steps.length] ?? 0),
          harmonics: [1, 0.05, 0.15, 0.3],
          decayS,
        });
    };
  },
};

/**
 * Games, tills, apps and toys: square-wave bleeps that run up or down a scale, the sound of a coin, or a fanfare after
 * a win.
 */
export function jingle(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const square = random.chance(0.5);
  const harmonics = square ? [1, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7] : [1, random.uniform(0, 0.4), random.uniform(0, 0.4)];
  for (let atS = random.uniform(0, 0.3); atS < durationS; atS += random.logUniform(0.3, 4)) {
    const root = random.logUniform(500, 3_200);
    const notes = random.integer(2, 10);
    const stepS = random.logUniform(0.03, 0.25);
    const stride = random.pick([-5, -2, 1, 2, 3, 4, 5, 7]);
    const decay = random.chance(0.6) ? { decayS: random.logUniform(0.04, 0.6) } : {};
    for (let n = 0; n < notes && atS < durationS; n++) {
      const hz = Math.min(6_000, semitones(root, random.chance(0.8) ? (n % 6) * stride : random.integer(-7, 12)));
      const lengthS = stepS * (decay.decayS === undefined ? 0.9 : 3);
      addNote(samples, { startS: atS, lengthS, hz, harmonics, attackS: 0.002, ...decay });
      beeps.push({ startS: atS, lengthS: stepS });
      atS += stepS;
    }
  }
  return { kind: 'jingle', samples: normalise(samples), beeps, slices: { nearMiss: 'jingle' } };
}
