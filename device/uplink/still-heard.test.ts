import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import type { CloudClient } from './cloud-client.ts';
import { Refused } from './refusal.ts';
import { HeardReports } from './still-heard.ts';

let clock: FakeClock;
let stop: AbortController;
let sent: string[];
let registered: Set<string>;
/** The errors of the next requests, in order. When the list is empty, a request succeeds. */
let failures: Error[];
let reports: HeardReports;
let running: Promise<void>;

beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  sent = [];
  registered = new Set(['a']);
  failures = [];
  const stillHeard: CloudClient['stillHeard'] = (id, { ended }) => {
    const failure = failures.shift();
    sent.push(`${id} ${ended ? 'ended' : 'continues'}${failure ? ' failed' : ''}`);
    return failure ? Promise.reject(failure) : Promise.resolve();
  };
  reports = new HeardReports({ stillHeard } as CloudClient, clock, (id) => registered.has(id));
  running = reports.run(stop.signal);
});

afterEach(async () => {
  stop.abort();
  await running;
});

const report = (id: string, ended = false, ageMs = 0) =>
  reports.report(id, { heardAt: new Date(clock.nowMs() - ageMs).toISOString(), ended });
const refused = (status: number) => new Refused('BAD_REQUEST', '', status, null);

describe('reports that a sound continues or has ended', () => {
  test('are sent once', async () => {
    report('a');
    await clock.advance(120_000);
    expect(sent).toEqual(['a continues']);
    expect(reports.waiting).toBe(0);
  });

  test('wait until their candidate is registered; then only the newest report is sent', async () => {
    report('b');
    await clock.advance(1_000);
    report('b', true);
    await clock.advance(1_000);
    expect(sent).toEqual([]);
    registered.add('b');
    reports.wake();
    await clock.advance(1);
    expect(sent).toEqual(['b ended']);
  });

  test('of a registered candidate do not wait for reports of a candidate that is not registered yet', async () => {
    report('b');
    report('a');
    await clock.advance(1);
    expect(sent).toEqual(['a continues']);
  });

  test.each([
    ['the network', new Error('no route')],
    ['the server', refused(503)],
    ['a rate limit', refused(429)],
    ['a token that is not accepted', refused(401)],
  ])('are retried after a failure of %s', async (_, failure) => {
    failures = [failure];
    report('a');
    await clock.advance(5_000);
    expect(sent).toEqual(['a continues failed', 'a continues']);
    expect(reports.waiting).toBe(0);
  });

  test('are dropped when the cloud refuses them for good', async () => {
    failures = [refused(404)];
    report('a');
    await clock.advance(60_000);
    expect(sent).toEqual(['a continues failed']);
    expect(reports.waiting).toBe(0);
  });

  test('are dropped when they are older than ten minutes, except the report that a sound has ended', async () => {
    report('a', false, 600_001);
    await clock.advance(1);
    expect(sent).toEqual([]);
    expect(reports.waiting).toBe(0);
    report('a', true, 600_001);
    await clock.advance(1);
    expect(sent).toEqual(['a ended']);
  });

  test('wait for an older report of the same candidate that is still in flight', async () => {
    failures = [refused(503)];
    report('a');
    await clock.advance(1);
    report('a', true);
    await clock.advance(5_000);
    expect(sent).toEqual(['a continues failed', 'a ended']);
  });
});
