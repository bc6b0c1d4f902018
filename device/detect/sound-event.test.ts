import { expect, test } from '@jest/globals';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { SoundEvent } from './sound-event.ts';

/** One sample a second, so that samples are seconds. */
const RATE = 1;
const RULES: LabelDecision = { bias: 0, weights: {}, floor: 0.2, refractoryS: 10, holdS: 15, burst: 2, refillS: 60 };
const open = () => new SoundEvent(RULES, RATE);

test('a sound is reported as "first", then as "again", but never within the refractory time', () => {
  const event = open();
  expect(event.report(100)).toBe('first');
  expect(event.report(109)).toBeNull();
  expect(event.report(110)).toBe('again');
});

test('after the burst is used up, another report is possible only when the limit has refilled', () => {
  const event = open();
  event.report(0);
  event.report(10);
  expect(event.report(20)).toBeNull();
  expect(event.report(59)).toBeNull();
  expect(event.report(60)).toBe('again');
});

test('the limit never refills beyond the burst, however long it was quiet', () => {
  const event = open();
  const reports = [10_000, 10_010, 10_020].map((at) => event.report(at));
  expect(reports).toEqual(['first', 'again', null]);
});

test('a reported event is over when its sound was not suspected for the hold time', () => {
  const event = open();
  event.suspect(100);
  event.report(100);
  event.suspect(104);
  expect(event.isOver(118)).toBe(false);
  expect(event.isOver(119)).toBe(true);
});

test('an event that was never reported does not end', () => {
  const event = open();
  event.suspect(100);
  expect(event.isOver(1_000)).toBe(false);
  expect(event.close()).toBe(false);
});

test('after the end of an event the next report is "first", and still waits for the refractory time', () => {
  const event = open();
  event.report(100);
  expect(event.close()).toBe(true);
  expect(event.isOpen).toBe(false);
  expect(event.report(105)).toBeNull();
  expect(event.report(111)).toBe('first');
});
