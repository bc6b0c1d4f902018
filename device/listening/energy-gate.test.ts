import { describe, expect, test } from '@jest/globals';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { EnergyGate } from './energy-gate.ts';

const RATE = 16_000;
const BLOCK = 5_120;
const { PI, sin, round } = Math;

/** The blocks of the sound that the gate passes on to the network. */
function heard(samples: Float32Array): boolean[] {
  const gate = new EnergyGate(BLOCK, RATE);
  const open: boolean[] = [];
  for (let at = 0; at + BLOCK <= samples.length; at += BLOCK)
    open.push(gate.isOpen(samples.subarray(at, at + BLOCK), false));
  return open;
}
const shareOf = (open: readonly boolean[]): number => open.filter(Boolean).length / open.length;
const blockAt = (seconds: number): number => round((seconds * RATE) / BLOCK);

/** Noise whose level jumps within 10 dB five times a second, like that of people, traffic or a storm. */
function wanderingNoise(seconds: number, rms: number): Float32Array {
  const samples = whiteNoise(seconds * RATE, rms, 7);
  const step = RATE / 5;
  for (let at = 0, n = 0; at < samples.length; at += step, n++) {
    const gain = 10 ** (((n * 37) % 11) / 20);
    for (let i = at; i < Math.min(samples.length, at + step); i++) samples[i] = (samples[i] as number) * gain;
  }
  return samples;
}

/** Three beeps of 0.5 s every 4 s. */
function addT3(samples: Float32Array, fromS: number, amplitude: number): Float32Array {
  for (let i = fromS * RATE; i < samples.length; i++) {
    const inCycleS = (i / RATE - fromS) % 4;
    if (inCycleS < 3 && inCycleS % 1 < 0.5)
      samples[i] = (samples[i] as number) + amplitude * sin((2 * PI * 3_000 * i) / RATE);
  }
  return samples;
}

describe('the energy gate', () => {
  test('sleeps in a quiet room, and next to a fan after it has adapted to the fan', () => {
    expect(shareOf(heard(whiteNoise(60 * RATE, 0.0002, 3)).slice(blockAt(20)))).toBeLessThan(0.2);
    expect(shareOf(heard(whiteNoise(60 * RATE, 0.05, 3)).slice(blockAt(20)))).toBeLessThan(0.2);
  });

  test('passes on a whole alarm that is 9 dB quieter than noise of changing level, from its first cycle on', () => {
    const open = heard(addT3(wanderingNoise(60, 0.02), 40, 0.02));
    expect(shareOf(open.slice(blockAt(40), blockAt(50)))).toBe(1);
  });

  test.each([0.02, 0.006])(
    'wakes at the first beep of an alarm next to a fan (amplitude of the alarm: %f)',
    (amplitude) => {
      const open = heard(addT3(whiteNoise(80 * RATE, 0.004, 5), 60, amplitude));
      expect(open.slice(blockAt(60), blockAt(60) + 2)).toContain(true);
      expect(shareOf(open.slice(blockAt(61), blockAt(68)))).toBe(1);
    },
  );
});
