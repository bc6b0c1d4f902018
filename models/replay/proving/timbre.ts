import type { Dice } from './dice.ts';
import { addTone, waveOf, type Course, type Wave } from './tone.ts';
import type { Span } from './rhythm.ts';

const { sin, cos, floor, PI } = Math;

export const TIMBRES = ['pure', 'square', 'rich', 'am_buzz', 'fm_warble', 'swept_beep', 'two_tones'] as const;
export type Timbre = (typeof TIMBRES)[number];

/** The timbre of one alarm unit, which is the same for all of its beeps. */
export interface Sounder {
  beep(out: Float32Array, span: Span, level: number): void;
}

export function sounderOf(dice: Dice, timbre: Timbre, pitchHz: number): Sounder {
  const attackS = dice.octaves(0.002, 0.02);
  const releaseS = dice.octaves(0.004, 0.03);
  const simple = (wave: Wave, hz: number | Course, shape: Course = () => 1): Sounder => ({
    beep: (out, { startS, endS }, level) =>
      addTone(out, {
        startS,
        lengthS: endS - startS,
        hz,
        wave,
        level: (sinceS, lengthS) => level * shape(sinceS, lengthS),
        attackS,
        releaseS,
      }),
  });
  switch (timbre) {
    case 'pure':
      return simple(waveOf([1], pitchHz), pitchHz);
    case 'square':
      return simple(waveOf(oddHarmonics(), pitchHz), pitchHz);
    case 'rich':
      return simple(waveOf(allHarmonics(dice), pitchHz), pitchHz);
    case 'am_buzz': {
      const buzzHz = dice.between(45, 160);
      const depth = dice.between(0.6, 1);
      const wave = waveOf([1, dice.between(0, 0.6), dice.between(0, 0.4)], pitchHz);
      return simple(wave, pitchHz, (sinceS) => 1 - depth * (0.5 + 0.5 * cos(2 * PI * buzzHz * sinceS)));
    }
    case 'fm_warble': {
      const warbleHz = dice.between(8, 30);
      const depth = dice.between(0.02, 0.1);
      const wave = waveOf([1, dice.between(0, 0.5), dice.between(0, 0.4)], pitchHz * (1 + depth));
      return simple(wave, (sinceS) => pitchHz * (1 + depth * sin(2 * PI * warbleHz * sinceS)));
    }
    case 'swept_beep': {
      const [from, to] = dice.one<readonly [number, number]>([
        [0.8, 1.15],
        [1.15, 0.8],
        [0.9, 1.3],
      ]);
      const wave = waveOf([1, dice.between(0, 0.5), dice.between(0, 0.3)], pitchHz * 1.3);
      return simple(wave, (sinceS, lengthS) => pitchHz * (from + ((to - from) * sinceS) / lengthS));
    }
    case 'two_tones': {
      const otherHz = pitchHz * dice.between(1.12, 1.4);
      const stepS = dice.between(0.03, 0.12);
      const wave = waveOf([1, 0, dice.between(0, 0.4)], otherHz);
      if (dice.isUnder(0.5)) return simple(wave, (sinceS) => (floor(sinceS / stepS) % 2 ? otherHz : pitchHz));
      const [low, high] = [simple(wave, pitchHz), simple(wave, otherHz)];
      return {
        beep(out, span, level) {
          low.beep(out, span, level * 0.6);
          high.beep(out, span, level * 0.6);
        },
      };
    }
  }
}

/** Harmonics of a square wave: only odd ones, with the amplitude 1/n. */
export const oddHarmonics = (): number[] => Array.from({ length: 21 }, (_, n) => (n % 2 === 0 ? 1 / (n + 1) : 0));

/** Harmonics of a buzzer in a plastic case. Some of them are stronger than the fundamental. */
export const allHarmonics = (dice: Dice): number[] =>
  Array.from({ length: 21 }, (_, n) => dice.between(0.3, 1.3) / (n + 1) ** dice.between(0.2, 0.9));
