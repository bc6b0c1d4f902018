import type { Random } from '../random.ts';
import { normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';

const MAJOR = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16];

/** The tune of a washing machine or rice cooker that has finished: single pure tones, mostly between 0.8 and 4 kHz. */
export function pureMelody(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const root = random.logUniform(700, 2_000);
  const beatS = random.logUniform(0.1, 0.6);
  const decayS = random.chance(0.4) ? random.uniform(0.1, 0.6) : undefined;
  const notes = random.integer(6, 60);
  const beeps: Beep[] = [];
  for (let n = 0, startS = 0; n < notes && startS < durationS; n++) {
    const lengthS = beatS * random.pick([0.5, 1, 1, 1, 2]);
    const hz = root * 2 ** (random.pick(MAJOR) / 12);
    addNote(samples, { startS, lengthS: lengthS * 0.93, hz, ...(decayS === undefined ? {} : { decayS }) });
    beeps.push({ startS, lengthS: lengthS * 0.93 });
    startS += lengthS;
  }
  return { kind: 'pure_melody', samples: normalise(samples), beeps, slices: { nearMiss: 'pure_melody' } };
}

/** Telephone tones from a receiver or a speaker: dial tone, busy tone, number not available, or a test tone. */
export function lineTone(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const hz = random.pick([350, 400, 425, 440, 480, 620, 1_000, 1_400]);
  const style = random.weighted({ steady: 0.3, busy: 0.5, rising: 0.2 });
  const onS = style === 'steady' ? durationS : style === 'busy' ? random.uniform(0.2, 0.75) : 0.33;
  const offS = style === 'busy' ? onS * random.uniform(0.8, 1.2) : style === 'rising' ? random.uniform(0.5, 1.5) : 0;
  const harmonics = [1, random.uniform(0, 0.3), random.uniform(0, 0.2)];
  const steps = style === 'rising' ? [950, 1_400, 1_800] : [hz];
  const beeps: Beep[] = [];
  for (let atS = 0; atS < durationS; atS += offS)
    for (const tone of steps) {
      addNote(samples, { startS: atS, lengthS: onS, hz: tone, harmonics });
      beeps.push({ startS: atS, lengthS: Math.min(onS, durationS - atS) });
      atS += onS;
    }
  return { kind: 'line_tone', samples: normalise(samples), beeps, slices: { nearMiss: `line_tone ${style}` } };
}

/** Somebody whistles: one partial that slides from note to note and trembles. */
export function whistling(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const root = random.logUniform(600, 1_500);
  const beeps: Beep[] = [];
  let hz = root;
  for (let startS = 0; startS < durationS;) {
    const lengthS = random.logUniform(0.12, 1.2);
    const next = root * 2 ** (random.pick(MAJOR) / 12);
    const slideS = Math.min(0.1, lengthS / 3);
    const tremble = { vibratoHz: random.uniform(4, 7), vibratoDepth: random.uniform(0.001, 0.012) };
    addNote(samples, { startS, lengthS: slideS, hz, toHz: next, attackS: 0.01 });
    addNote(samples, { startS: startS + slideS, lengthS: lengthS - slideS, hz: next, attackS: 0.001, ...tremble });
    beeps.push({ startS, lengthS });
    startS += lengthS + (random.chance(0.25) ? random.uniform(0.1, 1.2) : 0);
    hz = next;
  }
  return { kind: 'whistling', samples: normalise(samples), beeps, slices: { nearMiss: 'whistling' } };
}

/** The howl of a hearing aid, or of a microphone too near its loudspeaker: it swells, holds and is turned down. */
export function feedback(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const usualHz = random.logUniform(500, 4_000);
  const beeps: Beep[] = [];
  for (let startS = random.uniform(0, 0.5); startS < durationS; startS += random.uniform(0.5, 6)) {
    const lengthS = random.logUniform(0.4, 4);
    const hz = usualHz * random.uniform(0.9, 1.1);
    const swell = lengthS * random.uniform(0.2, 0.8);
    addNote(samples, { startS, lengthS, hz, toHz: hz * random.uniform(0.97, 1.03), attackS: swell });
    beeps.push({ startS: startS + swell / 2, lengthS: lengthS - swell / 2 });
    startS += lengthS;
  }
  return { kind: 'feedback', samples: normalise(samples), beeps, slices: { nearMiss: 'feedback' } };
}
