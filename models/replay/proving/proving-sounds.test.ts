import { describe, expect, test } from '@jest/globals';
import { makeAlarm, planAlarm, type AlarmPlan } from './alarm.ts';
import { alarmSound, ALARM_SOUNDS, drawPlan } from './alarm-sounds.ts';
import { APPLIANCE_KINDS, APPLIANCE_SOUNDS, applianceSound, dryAppliance } from './appliance-sounds.ts';
import { Dice } from './dice.ts';
import { soundingSpans, strongestHz } from './measure.ts';
import { pairSound } from './pair-sounds.ts';
import { ALARM_RHYTHMS, type AlarmRhythm } from './rhythm.ts';
import { TIMBRES } from './timbre.ts';
import { at, meanSquare } from './tone.ts';

const clean = (rhythm: AlarmRhythm, change: Partial<AlarmPlan> = {}, seed = 1) => {
  const dice = new Dice(seed);
  const plan = planAlarm(dice, rhythm, 'pure', 1_000);
  return makeAlarm(dice, { ...plan, off: 0, units: 1, voice: false, mutedEvery: 0, ...change }, 0);
};
const starts = (dry: Float32Array): number[] => soundingSpans(dry).map(({ startS }) => startS);

describe('a proving alarm, measured from its samples without echo', () => {
  test.each([-0.1, 0, 0.1])(
    'a T3 alarm has beeps of 0.5 s every second and a cycle of 4 s (ISO 8201), with a relative clock error of %d',
    (off) => {
      const spans = soundingSpans(clean('t3', { off }).dry);
      const scale = 1 + off;
      expect((spans[0]?.endS ?? 0) - (spans[0]?.startS ?? 0)).toBeCloseTo(0.5 * scale, 1);
      expect((spans[1]?.startS ?? 0) - (spans[0]?.startS ?? 0)).toBeCloseTo(scale, 1);
      expect((spans[3]?.startS ?? 0) - (spans[0]?.startS ?? 0)).toBeCloseTo(4 * scale, 1);
    },
  );

  test('a T4 alarm has groups of four beeps of 0.1 s that repeat every 5.7 s', () => {
    const onsets = starts(clean('t4').dry);
    expect((onsets[3] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(0.6, 1);
    expect((onsets[4] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(5.7, 1);
  });

  test('a T4 alarm that has sounded for some minutes has one group of beeps a minute', () => {
    const onsets = starts(clean('t4_minute').dry);
    expect(onsets).toHaveLength(12);
    expect((onsets[4] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(60.7, 0);
  });

  test.each([380, 1_700, 4_400])('a proving alarm has the requested pitch of %i Hz', (pitchHz) => {
    const beep = clean('t3', { pitchHz }).dry.subarray(at(0.1), at(0.3));
    expect(strongestHz(beep, 300, 5_000) / pitchHz).toBeCloseTo(1, 1);
  });

  test('an alarm with a square wave has a third harmonic, and an alarm with a pure tone has none', () => {
    const third = (timbre: 'pure' | 'square'): number => {
      const beep = clean('t3', { timbre, pitchHz: 600 }).dry.subarray(at(0.1), at(0.3));
      return strongestHz(beep, 1_500, 2_100) / 1_800;
    };
    expect(third('square')).toBeCloseTo(1, 1);
    const power = (timbre: 'pure' | 'square'): number => meanSquare(clean('t3', { timbre, pitchHz: 600 }).dry);
    expect(power('square')).toBeGreaterThan(power('pure') * 1.05);
  });

  test('an alarm with a muted cycle omits one group in four', () => {
    const onsets = starts(clean('t3', { mutedEvery: 4 }).dry).map(Math.round);
    expect(onsets.filter((_, n) => n % 3 === 0)).toEqual([0, 4, 8, 16, 20, 24]);
  });

  test('in an alarm with a voice, speech fills the pauses between the groups', () => {
    const pause = (voice: boolean): number => meanSquare(clean('t3', { voice }).dry, at(2.7), at(3.7));
    expect(pause(true)).toBeGreaterThan(0.0005);
    expect(pause(false)).toBeLessThan(1e-6);
  });

  test('with several alarm units, the second and third unit sound in the pauses of the first unit', () => {
    const sounding = (units: number): number =>
      soundingSpans(clean('t3', { units }, 3).dry, 25).reduce((sum, { startS, endS }) => sum + endS - startS, 0);
    expect(sounding(3)).toBeGreaterThan(sounding(1) * 1.1);
  });
});

const PITCH_BOUNDS = [600, 1_200, 2_300, 3_600, 4_500];

describe('the sets of proving sounds', () => {
  test('a set of sounds has the same samples for the same seed, and different samples for another seed', () => {
    const bytes = (seed: number): Buffer => Buffer.from(alarmSound(seed, 3).samples.buffer);
    expect(bytes(7).equals(bytes(7))).toBe(true);
    expect(bytes(8).equals(bytes(7))).toBe(false);
  });

  test('the set of alarms contains every pattern, and T3 in every timbre at every range of pitch', () => {
    const plans = Array.from({ length: ALARM_SOUNDS }, (_, index) => drawPlan(new Dice(index), 1, index));
    expect(new Set(plans.map(({ rhythm }) => rhythm))).toEqual(new Set(ALARM_RHYTHMS));
    const t3 = plans.filter(({ rhythm }) => rhythm === 't3');
    const kinds = new Set(t3.map(({ timbre, pitchHz }) => `${timbre} ${PITCH_BOUNDS.findIndex((hz) => pitchHz < hz)}`));
    expect(kinds.size).toBe(TIMBRES.length * PITCH_BOUNDS.length);
  });

  test('the set of appliances contains more than a hundred sounds', () => {
    expect(APPLIANCE_SOUNDS).toBeGreaterThan(100);
    expect(applianceSound(1, 0).alarms).toEqual([]);
  });

  test.each(APPLIANCE_KINDS)('the appliance %s makes an audible sound', (kind) => {
    const dry = dryAppliance(new Dice(1), kind);
    expect(meanSquare(dry)).toBeGreaterThan(1e-5);
    expect(meanSquare(dry)).toBeLessThan(100);
  });

  test('a pair consists of a smoke and a CO alarm, which sound at the stated times', () => {
    const { samples, alarms } = pairSound(1, 0);
    expect(alarms.map(({ label }) => label).sort()).toEqual(['co_alarm', 'smoke_alarm']);
    for (const { startS, endS } of alarms) {
      expect(startS).toBeGreaterThan(2);
      expect(endS).toBeLessThan(samples.length / 16_000);
    }
  });
});
