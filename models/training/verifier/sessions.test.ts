import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { smallMaker } from '../../scenes/testing/small-maker.ts';
import { drawAlarmWithoutRhythm, drawWhistleOrBeep } from './sessions.ts';

let folder: string;
let maker: SceneMaker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-sessions-'));
  maker = await smallMaker(folder);
});
afterAll(async () => {
  maker.close();
  await rm(folder, { recursive: true });
});

const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7];

test("an alarm without a rhythm is a smoke alarm that sounds to the end in none of the standards' patterns", () => {
  // A scene may contain a second event.
  const alarms = NUMBERS.flatMap((n) =>
    drawAlarmWithoutRhythm(maker, n).events.filter(({ label }) => label === 'smoke_alarm'),
  );
  expect(alarms).toHaveLength(NUMBERS.length);
  for (const { endS } of alarms) expect(endS).toBeGreaterThan(25);
  const patterns = alarms.map((alarm) => (alarm as { slices?: Record<string, string> }).slices?.pattern);
  expect(new Set(patterns).size).toBeGreaterThan(1);
  for (const pattern of patterns) expect(['fast', 'steady', 'sweep', 'warble', 'continuous']).toContain(pattern);
});

test('what whistles or beeps beside these alarms is no event', () => {
  for (const n of NUMBERS.slice(0, 3)) expect(drawWhistleOrBeep(maker, 1_000_000 + n).events).toEqual([]);
});
