import { expect, test } from '@jest/globals';
import { DEVICE_FRONT_END, LogMel } from '../features/log-mel.ts';
import { HighSounds, type HighSound } from './high-sound.ts';

const RATE = DEVICE_FRONT_END.sampleRate;
const FRAME_S = DEVICE_FRONT_END.hopSize / RATE;

/** The loudest sound after this many seconds; `at` gives the sample at a time in seconds. */
const heardAfter = (seconds: number, at: (s: number) => number): HighSound => bothAfter(seconds, at)[0] as HighSound;

/** What is heard for a fifth of the time, and what is heard for most of it. */
function bothAfter(seconds: number, at: (s: number) => number): HighSound[] {
  const sounds = new HighSounds(FRAME_S);
  new LogMel(DEVICE_FRONT_END).push(
    Float32Array.from({ length: seconds * RATE }, (_, i) => at(i / RATE)),
    (_, power) => sounds.push(power),
  );
  return sounds.read();
}

const tone = (hz: number, s: number) => Math.sin(2 * Math.PI * hz * s);
const cricket = (s: number) => 0.003 * tone(3_268, s);
const voice = (s: number) => (s % 0.4 < 0.25 ? 0.1 * (tone(200, s) + tone(400, s) + 0.5 * tone(1_200, s)) : 0);
/** T3 by ISO 8201. */
const t3 = (s: number) => (s % 4 < 2.5 && s % 1 < 0.5 ? 0.01 * tone(3_100, s) : 0);
/** Fixed noise: the same in each run. */
const noise = (s: number) => 0.0002 * Math.sin(1e6 * Math.sin(12.9898 * Math.round(s * RATE)));

test('a steady tone is found with its pitch, and goes on', () => {
  const { hz, goesOn } = heardAfter(21, (s) => cricket(s) + noise(s));
  expect(hz).toBeCloseTo(3_268, -1);
  expect(goesOn).toBe(true);
});

test('voices below 2 kHz, thirty times as loud, change neither its level nor its pitch', () => {
  const alone = heardAfter(21, (s) => cricket(s) + noise(s));
  const beside = heardAfter(21, (s) => cricket(s) + noise(s) + voice(s));
  expect(Math.abs(beside.db - alone.db)).toBeLessThan(1);
  expect(beside.hz).toBeCloseTo(alone.hz as number, -1);
  expect(beside.goesOn).toBe(true);
});

test('a clink of half a second is ignored', () => {
  const clink = (s: number) => (s > 20 && s < 20.5 ? 0.05 * tone(4_000, s) : 0);
  const { hz } = heardAfter(21, (s) => cricket(s) + noise(s) + clink(s));
  expect(hz).toBeCloseTo(3_268, -1);
});

test('an alarm that begins beside it is heard within two seconds, at its own pitch and level', () => {
  const alone = heardAfter(20, (s) => cricket(s) + noise(s));
  const alarm = (s: number) => (s > 20 ? 0.01 * tone(2_900, s) : 0);
  const { hz, db } = heardAfter(22, (s) => cricket(s) + noise(s) + alarm(s));
  expect(hz).toBeCloseTo(2_900, -1);
  expect(db - alone.db).toBeGreaterThan(8);
});

test('the beeps of T3 have a pitch, but do not go on', () => {
  const { hz, goesOn } = heardAfter(22.5, (s) => t3(s) + noise(s));
  expect(hz).toBeCloseTo(3_100, -1);
  expect(goesOn).toBe(false);
});

test('noise has no pitch, and a tone below 2 kHz is not looked for', () => {
  expect(heardAfter(21, (s) => 100 * noise(s)).hz).toBeNull();
  expect(heardAfter(21, (s) => noise(s) + 0.01 * tone(1_000, s)).hz).toBeNull();
});

test('during sleep nothing is heard', () => {
  const sounds = new HighSounds(FRAME_S);
  new LogMel(DEVICE_FRONT_END).push(
    Float32Array.from({ length: 21 * RATE }, (_, i) => cricket(i / RATE)),
    (_, power) => sounds.push(power),
  );
  sounds.sleep(300);
  for (const sound of sounds.read()) expect(sound).toMatchObject({ hz: null, goesOn: false });
});

test('beeps that sound for a quarter of the time are heard, and the cricket beside them as well', () => {
  const beeps = (s: number) => (s % 2 < 0.5 ? 0.03 * tone(4_200, s) : 0);
  const [loudest, most] = bothAfter(21, (s) => cricket(s) + noise(s) + beeps(s)) as [HighSound, HighSound];
  expect(loudest.hz).toBeCloseTo(4_200, -1);
  expect(loudest.goesOn).toBe(false);
  expect(most.hz).toBeCloseTo(3_268, -1);
});

test('the edge of a tone below 2 kHz has no pitch', () => {
  expect(heardAfter(21, (s) => 0.01 * tone(1_960, s) + noise(s)).hz).toBeNull();
});

test('frames that are no numbers are silence', () => {
  const sounds = new HighSounds(FRAME_S);
  for (let n = 0; n < 1_000; n++) sounds.push(new Float32Array(257).fill(NaN));
  for (const sound of sounds.read()) expect(sound).toEqual({ db: -120, hz: null, goesOn: false });
});
