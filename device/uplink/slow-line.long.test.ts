import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { SlowLine } from '@earshot/shared/testing/slow-line.ts';
import { Outbox } from '../outbox/outbox.ts';
import { makeRecord } from '../testing/candidates.ts';
import { TestCloud } from '../testing/test-cloud.ts';
import { CloudClient } from './cloud-client.ts';
import { Delivery } from './delivery.ts';

/** 10 s of 16-bit sound at 16 kHz. */
const CLIP_BYTES = 320_044;

let dir: string;
let cloud: TestCloud;
let line: SlowLine;
let outbox: Outbox;
let delivery: Delivery;
let stop: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-slow-'));
  cloud = new TestCloud();
  await cloud.start();
  line = new SlowLine(cloud.url, 64_000);
  outbox = new Outbox(dir, () => undefined);
  await outbox.start();
  const silent = {
    registered: () => undefined,
    delivered: () => undefined,
    refused: () => undefined,
    online: () => undefined,
    clipsFail: () => undefined,
  };
  delivery = new Delivery(
    outbox,
    new CloudClient({ url: await line.start(), token: cloud.token }),
    systemClock,
    silent,
  );
  stop = new AbortController();
  running = delivery.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await line.stop();
  await cloud.stop();
  rmSync(dir, { recursive: true });
});

async function put(label: string): Promise<string> {
  const record = makeRecord(label, { clipBytes: CLIP_BYTES });
  await outbox.put(record);
  delivery.wake(record.candidate.id);
  return record.candidate.id;
}

async function until(condition: () => boolean, withinMs: number): Promise<number> {
  const sinceMs = performance.now();
  while (!condition() && performance.now() - sinceMs < withinMs) await systemClock.sleep(20);
  expect(condition()).toBe(true);
  return performance.now() - sinceMs;
}

describe('a connection of 64 kbit/s', () => {
  test('delivers the clip of a glass break within 60 s', async () => {
    const id = await put('glass_break');
    expect(await until(() => cloud.clips.has(id), 60_000)).toBeGreaterThan(20_000);
  });

  test('delivers the metadata of a smoke alarm at once during an upload, and then both clips', async () => {
    const glass = await put('glass_break');
    await systemClock.sleep(5_000);
    const smoke = await put('smoke_alarm');
    await until(() => cloud.registered.some(({ id }) => id === smoke), 5_000);
    await until(() => cloud.clips.has(glass) && cloud.clips.has(smoke), 200_000);
  });
});
