import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { iso } from '@earshot/shared/clock.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';
import { acknowledge, giveFeedback } from './member-actions.ts';
import { stillHeard } from './still-heard.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let home: TestParts;
let hall: Caller;
beforeEach(async () => {
  home = await TestParts.open(Date.UTC(2026, 0, 1, 3));
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

const heard = (id: string, given: { ended?: boolean; agoMs?: number } = {}) =>
  stillHeard(home.parts, hall, id, {
    heardAt: iso(home.clock.nowMs() - (given.agoMs ?? 0)),
    ended: given.ended ?? false,
  });
const states = async () => (await home.incidents()).map(({ state }) => state);
async function confirmed(label: string): Promise<string> {
  const id = await home.report(hall, label);
  await home.verdict(id, 'confirmed');
  return id;
}

test('a CO alarm that sounds one group of beeps every 66 s stays one alert, with one all-clear after its last group', async () => {
  const id = await confirmed('co_alarm');
  await acknowledge(home.parts, home.owner, (await home.incidents())[0]?.id ?? '', true);
  for (let n = 0; n < 5; n++) {
    await home.pass(66 * SECOND);
    await heard(id);
  }
  expect(await home.outbox()).toEqual(['Owner: opened']);
  await home.pass(90 * SECOND);
  expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: all_clear']);
});

describe('a smoke alarm that still sounds after its all-clear, because the reports of its device were lost meanwhile', () => {
  let id: string;
  beforeEach(async () => {
    id = await confirmed('smoke_alarm');
    await home.pass(MINUTE);
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: all_clear']);
  });

  test('is opened again and sends a reminder, even if it was acknowledged, and sends a second all-clear at its end', async () => {
    await acknowledge(home.parts, home.owner, (await home.incidents())[0]?.id ?? '', true);
    await heard(id);
    expect(await states()).toEqual(['open']);
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: repeat:1']);
    await home.pass(2 * MINUTE, { device: hall, candidateId: id });
    await home.pass(MINUTE);
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: repeat:1', 'Owner: repeat:2', 'Owner: all_clear']);
    expect(await states()).toEqual(['cleared']);
  });

  test('stays one alert when its device reports the sound again', async () => {
    await heard(id);
    await confirmed('smoke_alarm');
    expect(await states()).toEqual(['open']);
  });

  test('stays over when its device only reports the end, or reports late that the sound continued', async () => {
    await heard(id, { ended: true });
    await heard(id, { agoMs: 5 * MINUTE });
    expect(await states()).toEqual(['cleared']);
    expect(await home.outbox()).toHaveLength(2);
  });

  test('stays over when a member had marked it as false', async () => {
    await giveFeedback(home.parts, home.owner, (await home.incidents())[0]?.id ?? '', 'wrong');
    await heard(id);
    expect(await states()).toEqual(['cleared']);
  });

  test('stays over when a new alert of this sound is open', async () => {
    await confirmed('smoke_alarm');
    await heard(id);
    expect(await states()).toEqual(['cleared', 'open']);
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: all_clear', 'Owner: opened']);
  });
});

test('a smoke alarm that was reported late and without a clip, and so counted as over, rings again when its device reports that it continues', async () => {
  const at = iso(home.clock.nowMs() - 5 * MINUTE);
  const id = await home.report(hall, 'smoke_alarm', { late: true, clip: null, startedAt: at, detectedAt: at });
  expect(await states()).toEqual(['cleared']);
  await heard(id);
  expect(await states()).toEqual(['open']);
  expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: repeat:1']);
});

test.each(['smoke_alarm', 'glass_break'])(
  'a rejected incident (%s) stays over when its device reports that the sound continues',
  async (label) => {
    const id = await home.report(hall, label);
    await home.verdict(id, 'rejected');
    await heard(id);
    expect(await states()).toEqual(['cleared']);
    expect(await home.outbox()).toEqual([]);
  },
);
