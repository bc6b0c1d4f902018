import { describe, expect, test } from '@jest/globals';
import { RhythmReader } from '@earshot/shared/cadence/rhythm-reader.ts';
import { DEVICE_FRONT_END, LogMel } from '@earshot/shared/features/log-mel.ts';
import { loudnessWeight } from './loudness-weight.ts';
import { gapIn } from './pitch-range.ts';
import { SoundMemory } from './sound-memory.ts';

const RATE = DEVICE_FRONT_END.sampleRate;

let seed = 1;
const noise = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
const sine = (hz: number, at: number): number => 0.3 * Math.sin((2 * Math.PI * hz * at) / RATE);

/** Hears `seconds` of a sound over the hiss of a room. The noise is the same in each call. */
function hear(seconds: number, sound: (atS: number, at: number) => number): SoundMemory {
  seed = 1;
  const memory = new SoundMemory(DEVICE_FRONT_END);
  const rhythm = new RhythmReader(DEVICE_FRONT_END);
  const samples = Float32Array.from({ length: seconds * RATE }, (_, at) => 0.002 * noise() + sound(at / RATE, at));
  new LogMel(DEVICE_FRONT_END).push(samples, (mel, power) => {
    rhythm.push(mel, power);
    memory.push(mel, rhythm.newestToneHz);
  });
  return memory;
}

describe('the description of a sound', () => {
  test('of a beeping alarm is tones at its pitch, with pauses', () => {
    const alarm = hear(6, (atS, at) => (atS % 1 < 0.5 ? sine(3_100, at) : 0)).describe(4 * RATE);
    expect(alarm).toMatchObject({ isTone: true, isBroken: true });
    expect(alarm?.lowHz).toBeCloseTo(3_100, -2);
    expect(alarm?.highHz).toBeCloseTo(3_100, -2);
  });

  test('of a continuous tone is a tone without pauses, also in the rumble of a room', () => {
    const rumble = (at: number): number => sine(60, at);
    const tone = hear(6, (_, at) => 0.2 * sine(1_000, at) + rumble(at)).describe(4 * RATE);
    expect(tone).toMatchObject({ isTone: true, isBroken: false });
    expect(tone?.lowHz).toBeCloseTo(1_000, -2);
  });

  test('of several tones at once, as of ringing glass, is no tone', () => {
    const glass = (at: number): number => sine(2_000, at) + sine(3_400, at) + sine(4_300, at);
    expect(hear(3, (_, at) => glass(at)).describe(2 * RATE)?.isTone).toBe(false);
  });

  test('says whether another tone is seen beside a tone: one that is less than 20 dB weaker is', () => {
    const isOnlyTone = (second: number) =>
      hear(6, (_, at) => sine(3_100, at) + second * sine(2_500, at)).describe(4 * RATE)?.isOnlyTone;
    expect(isOnlyTone(10 ** (-16 / 20))).toBe(false);
    expect(isOnlyTone(10 ** (-24 / 20))).toBe(true);
  });

  test('of two sounds at once, or of beeps with a harmonic, leaves out the silent range between them', () => {
    const voice = (at: number): number => sine(300, at) + sine(400, at);
    const ring = (at: number): number => sine(2_400, at) + sine(2_700, at);
    const both = hear(3, (_, at) => 2 * voice(at) + ring(at)).describe(2 * RATE);
    expect(both?.isTone).toBe(false);
    expect(both?.gapHz?.[0]).toBeLessThan(600);
    expect(both?.gapHz?.[1]).toBeGreaterThan(2_100);
    const warble = (atS: number, hz: number): number => 0.3 * Math.sin(2 * Math.PI * hz * atS + 8 * Math.sin(60 * atS));
    const beeps = hear(3, (atS) => warble(atS, 2_500) + 0.9 * warble(atS, 5_000)).describe(2 * RATE);
    expect(beeps?.gapHz?.[0]).toBeGreaterThan(2_500);
    expect(beeps?.gapHz?.[1]).toBeLessThan(5_000);
    const glass = hear(3, () => noise()).describe(2 * RATE);
    expect(glass?.gapHz).toBeUndefined();
    const harmonics = hear(3, (_, at) => 2 * sine(300, at) + sine(600, at) + sine(900, at)).describe(2 * RATE);
    expect(harmonics?.gapHz).toBeUndefined();
  });

  test('of a siren is the range in which its pitch moves', () => {
    const turn = (atS: number): number =>
      2 * Math.PI * (2_400 * atS + (400 / (2 * Math.PI)) * Math.sin(2 * Math.PI * atS));
    const siren = hear(6, (atS) => 0.3 * Math.sin(turn(atS))).describe(4 * RATE);
    expect(siren?.isTone).toBe(true);
    expect(siren?.lowHz).toBeLessThan(2_150);
    expect(siren?.highHz).toBeGreaterThan(2_650);
  });

  test('leaves out what sounded before it, as crickets do', () => {
    const cricket = (atS: number, at: number): number => (atS % 0.2 < 0.06 ? sine(4_800, at) + sine(4_300, at) : 0);
    const cry = (at: number): number => sine(500, at) + sine(1_000, at) + sine(1_500, at);
    const heard = hear(5, (atS, at) => 0.7 * cricket(atS, at) + (atS > 4 ? 0.4 * cry(at) : 0)).describe(RATE);
    expect(heard?.lowHz).toBeLessThan(1_100);
    expect(heard?.highHz).toBeLessThan(2_000);
  });

  test('of beeps whose pauses are filled with noise is tones at their pitch, with pauses', () => {
    const beep = (atS: number, at: number): number => (atS % 1 < 0.3 ? 0.3 * sine(3_100, at) : 0);
    const beeps = hear(6, (atS, at) => beep(atS, at) + 0.12 * noise()).describe(4 * RATE);
    expect(beeps).toMatchObject({ isTone: true, isBroken: true });
    expect(beeps?.lowHz).toBeCloseTo(3_100, -2);
    expect(beeps?.highHz).toBeCloseTo(3_100, -2);
  });

  test('of a siren in noise is not one of the pitches that it passes', () => {
    const turn = (atS: number): number => 2 * Math.PI * 2_900 * atS + (200 / 8) * Math.sin(2 * Math.PI * 8 * atS);
    const siren = hear(6, (atS) => 0.1 * Math.sin(turn(atS)) + 0.12 * noise()).describe(4 * RATE);
    expect((siren?.highHz ?? 0) - (siren?.lowHz ?? 0)).toBeGreaterThan(200);
  });

  test('of two tones that sound in turn is the range from one to the other, also in noise', () => {
    const tone = (atS: number, at: number): number => 0.3 * sine(atS % 0.3 < 0.15 ? 2_550 : 2_950, at);
    const alarm = hear(6, (atS, at) => (atS % 1 < 0.6 ? tone(atS, at) : 0) + 0.12 * noise()).describe(4 * RATE);
    expect(alarm?.lowHz).toBeLessThan(2_650);
    expect(alarm?.highHz).toBeGreaterThan(2_850);
  });

  test('of a bark that has one pitch for a moment is no tone, but a chirp is one', () => {
    const envelope = (atS: number): number => (atS > 2 && atS < 2.16 ? 1 : 0);
    const bark = hear(3, (atS) => envelope(atS) * 0.3 * Math.sin(2 * Math.PI * (600 - 800 * (atS - 2)) * (atS - 2)));
    expect(bark.describe(0.9 * RATE)).toMatchObject({ isTone: false });
    const chirp = hear(3, (atS, at) => envelope(atS) * sine(3_400, at));
    expect(chirp.describe(0.9 * RATE)).toMatchObject({ isTone: true });
  });

  test('of four beeps with pauses of 0.1 s, as of a CO alarm, is tones', () => {
    const alarm = hear(3, (atS, at) => (atS > 2 && (atS - 2) % 0.2 < 0.1 ? sine(3_100, at) : 0)).describe(RATE);
    expect(alarm).toMatchObject({ isTone: true, isBroken: true });
  });

  test('of a tone that other sounds hide for a moment is a tone without pauses', () => {
    const shout = (atS: number): number => (atS % 1 < 0.2 ? noise() : 0);
    const tone = hear(6, (atS, at) => sine(3_100, at) + shout(atS)).describe(4 * RATE);
    expect(tone).toMatchObject({ isTone: true, isBroken: false });
  });

  test('of beeps with quieter tones between them is the pitch of the beeps', () => {
    // The quieter tones have about a seventh of the power as people hear it.
    const beeps = hear(6, (atS, at) => (atS % 1 < 0.5 ? sine(3_100, at) : 0.55 * sine(700, at))).describe(4 * RATE);
    expect(beeps).toMatchObject({ isTone: true });
    expect(beeps?.lowHz).toBeCloseTo(3_100, -2);
  });

  test('of beeps over rumble is the range of the beeps, without the silent range between the two', () => {
    // The rumble has about a seventh of the power as people hear it, so it fills the lowest tenth.
    const rumble = (at: number): number => sine(400, at) + sine(460, at) + sine(520, at);
    const warble = (atS: number): number => 0.3 * Math.sin(2 * Math.PI * 3_300 * atS + 5 * Math.sin(150 * atS));
    const beeps = hear(6, (atS, at) => (atS % 1 < 0.5 ? warble(atS) : 0) + 0.3 * rumble(at)).describe(4 * RATE);
    expect(beeps).toMatchObject({ isTone: false });
    expect(beeps?.lowHz).toBeGreaterThan(3_000);
    expect(beeps?.highHz).toBeLessThan(3_600);
  });

  test('of a burst of noise is the range that has most of its power, and that it was sudden', () => {
    const burst = hear(3, (atS) => (atS < 2 ? 0 : noise() * Math.exp(-8 * (atS - 2)))).describe(0.8 * RATE);
    expect(burst).toMatchObject({ isTone: false, isSudden: true });
    expect(burst?.lowHz).toBeGreaterThan(600);
    expect(burst?.highHz).toBeLessThan(7_700);
    expect((burst?.highHz ?? 0) - (burst?.lowHz ?? 0)).toBeGreaterThan(4_000);
  });

  test('does not call a noise sudden that swells for a second, or with which the stream begins', () => {
    expect(hear(3, (atS) => noise() * 10 ** Math.min(0, 2 * (atS - 2))).describe(2 * RATE)?.isSudden).toBe(false);
    expect(hear(1, () => noise()).describe(RATE)?.isSudden).toBe(false);
  });

  test('does not call a noise sudden that began long ago and has a click in it', () => {
    const click = (atS: number): number => (atS > 5 && atS < 5.05 ? 1 : 0.05);
    expect(hear(6, (atS) => click(atS) * noise()).describe(6 * RATE)?.isSudden).toBe(false);
    expect(hear(6, (atS) => click(atS) * noise()).describe(RATE)?.isSudden).toBe(true);
  });

  test('leaves out what was louder before the sound began', () => {
    const samples = (atS: number, at: number): number => (atS < 1 ? noise() : atS > 3 ? 0.1 * sine(2_000, at) : 0);
    expect(hear(4, samples).describe(RATE)?.isTone).toBe(true);
    expect(hear(4, samples).describe(4 * RATE)?.isTone).toBe(false);
  });

  test('is null when nothing is known: before the first frame, and after a skipped quiet time', () => {
    expect(hear(0, () => 0).describe(RATE)).toBeNull();
    const memory = hear(2, (_, at) => sine(1_000, at));
    memory.sleep(0);
    expect(memory.describe(RATE)).not.toBeNull();
    memory.sleep(50);
    expect(memory.describe(RATE)).toBeNull();
    expect(memory.toneS).toBe(0);
  });
});

test('counts for how many of the last four seconds a tone was heard', () => {
  expect(hear(6, (_, at) => sine(1_000, at)).toneS).toBeCloseTo(4, 1);
  // Now and then a frame of noise has a tone by chance.
  const oneSecond = hear(6, (atS, at) => (atS > 5 ? sine(1_000, at) : 0)).toneS;
  expect(oneSecond).toBeGreaterThan(0.95);
  expect(oneSecond).toBeLessThan(1.4);
  expect(hear(6, () => 0.1 * noise()).toneS).toBeLessThan(0.5);
});

test('loudness is weighted as IEC 61672-1 requires: 0 dB at 1 kHz, -19.1 dB at 100 Hz, +1.0 dB at 4 kHz', () => {
  const dB = (hz: number): number => 10 * Math.log10(loudnessWeight(hz));
  expect(dB(1_000)).toBeCloseTo(0, 1);
  expect(dB(100)).toBeCloseTo(-19.1, 1);
  expect(dB(4_000)).toBeCloseTo(1, 1);
});

test('the silent part of a range is found also when a part that is too narrow in hertz spans more octaves', () => {
  const parts = [100, 400, 1_500, 4_000].map((hz) => ({ hz, power: 1 }));
  expect(gapIn(parts, [100, 4_000])).toEqual([400, 1_500]);
  expect(gapIn(parts.slice(0, 2), [100, 400])).toBeNull();
  const octaves = [100, 450, 1_500, 4_000].map((hz) => ({ hz, power: 1 }));
  expect(gapIn(octaves, [100, 4_000])).toEqual([450, 1_500]);
});
