import { expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { TestWatch } from './alarm-test.ts';

const incident = (given: { test?: boolean; deviceId?: string; updatedAt?: string }): Incident =>
  ({
    test: given.test ?? true,
    updatedAt: given.updatedAt ?? '2026-01-01T10:00:10Z',
    evidence: [{ deviceId: given.deviceId ?? 'hall', why: { levelDbfs: -12 } }],
  }) as unknown as Incident;
const watch = () => new TestWatch('hall', Date.parse('2026-01-01T10:00:00Z'));

test('finds the alarm test that the device reported after the guided test began', () => {
  expect(watch().found([incident({})])).not.toBeNull();
});

test.each([
  ['a real alarm', { test: false }],
  ["another device's test", { deviceId: 'kitchen' }],
  ['an earlier test', { updatedAt: '2026-01-01T09:59:00Z' }],
])('%s does not count as the alarm test', (_, given) => {
  expect(watch().found([incident(given)])).toBeNull();
});

test('measures how many dB the alarm was louder than the room before it', () => {
  const following = watch();
  for (const level of [-52, -50, -30, -51, -53, -12, -11, -12]) following.hear(level);
  expect(following.aboveRoomDb(incident({}))).toBe(39);
});

test('does not compare the alarm with the room if the device reported no level before the alarm', () => {
  expect(watch().aboveRoomDb(incident({}))).toBeNull();
});
