import type { Random } from './random.ts';
import { decibel, SAMPLE_RATE } from './sound.ts';

/**
 * The sound of an alarm unit apart from its pitch. `disc` is a bare piezo; `square` is a driven cone (the 520 Hz alarm
 * units of UL 217); `rich` has all harmonics, as in alarm units that also speak. The others are buzzers, warblers,
 * sweepers and alarm units with two tones.
 */
export const TIMBRES = ['disc', 'pure', 'square', 'rich', 'am_buzz', 'fm_warble', 'swept', 'two_tones'] as const;
export type Timbre = (typeof TIMBRES)[number];

/** How the pitch changes within one beep. */
export type Shape = 'tone' | 'sweep' | 'warble' | 'fm';

/** The properties of a sounder that depend on its timbre. */
export interface Colour {
  /** Amplitudes of the harmonics; the first is that of the fundamental. */
  harmonics: number[];
  /** Frequency of a tremolo, for example from mains hum or in a buzzer. */
  rippleHz: number;
  rippleDepth: number;
  shape: Shape;
  /** The pitch in Hz at the second end of a sweep, warble or FM. The first end is the pitch of the tone. */
  otherHz: number;
  /** Length of one warble or FM cycle. */
  cycleS: number;
  /** Pitch of a second tone that sounds all the time; 0: there is none. */
  chordHz: number;
}

/** Harmonics above this frequency are left out, because a microphone's own filter removes them. */
export const TOP_HZ = (0.97 * SAMPLE_RATE) / 2;

export function drawColour(random: Random, timbre: Timbre, toneHz: number): Colour {
  const count = Math.max(1, Math.floor(TOP_HZ / toneHz));
  const held = (harmonics: number[]): Colour => ({
    harmonics,
    rippleHz: random.chance(0.4) ? random.pick([100, 120]) : random.uniform(8, 90),
    rippleDepth: random.chance(0.4) ? 0 : random.uniform(0.02, 0.35),
    shape: 'tone',
    otherHz: toneHz,
    cycleS: 0,
    chordHz: 0,
  });
  switch (timbre) {
    case 'disc':
      return held(discHarmonics(random, count));
    case 'pure':
      return { ...held([1]), rippleDepth: 0 };
    case 'square':
      return held(squareHarmonics(random, count, toneHz));
    case 'rich':
      return held(richHarmonics(random, count));
    case 'am_buzz':
      return {
        ...held(fewHarmonics(random, count)),
        rippleHz: random.logUniform(35, 200),
        rippleDepth: random.uniform(0.5, 1),
      };
    case 'fm_warble':
      return {
        ...held(fewHarmonics(random, count)),
        shape: 'fm',
        otherHz: toneHz * random.uniform(0.8, 0.97),
        cycleS: 1 / random.logUniform(5, 40),
      };
    case 'swept':
      // The second end of the sweep is 15 to 35 % above or below the tone.
      return {
        ...held(fewHarmonics(random, count)),
        shape: 'sweep',
        otherHz: toneHz * random.pick([0.65, 0.75, 0.85, 1.15, 1.3]),
      };
    case 'two_tones': {
      const apart = random.uniform(1.07, 1.47);
      const otherHz = random.chance(0.5) ? toneHz * apart : toneHz / apart;
      return random.chance(0.5)
        ? { ...held(fewHarmonics(random, count)), chordHz: otherHz }
        : { ...held(fewHarmonics(random, count)), shape: 'warble', otherHz, cycleS: random.logUniform(0.05, 0.3) };
    }
  }
}

const discHarmonics = (random: Random, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? 1 : decibel(random.uniform(-42, -8))));

const fewHarmonics = (random: Random, count: number): number[] =>
  [1, random.uniform(0, 0.7), random.uniform(0, 0.5), random.uniform(0, 0.3)].slice(0, count);

/** Amplitudes of harmonics that become weaker slowly. Resonances of the case may make any of them the strongest. */
function richHarmonics(random: Random, count: number): number[] {
  const fall = random.uniform(0.2, 1);
  return Array.from({ length: count }, (_, i) => random.uniform(0.2, 1) / (i + 1) ** fall);
}

/** Amplitudes of a square wave: 1/n on odd harmonics, changed by the duty cycle and the small cone of a sounder. */
function squareHarmonics(random: Random, count: number, toneHz: number): number[] {
  const duty = random.uniform(0.42, 0.5);
  const cornerHz = random.logUniform(1_500, 9_000);
  const lowCutHz = random.logUniform(100, 900);
  return Array.from({ length: count }, (_, i) => {
    const n = i + 1;
    const hz = n * toneHz;
    const low = hz / Math.hypot(hz, lowCutHz);
    return (
      ((Math.abs(Math.sin(Math.PI * n * duty)) / n) * low * decibel(random.uniform(-4, 4))) /
      Math.hypot(1, hz / cornerHz)
    );
  });
}
