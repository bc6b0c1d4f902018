import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FleetView } from '@earshot/shared/contracts/fleet.ts';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { each, simulatedId, simulateFleet } from '../testing/simulated-fleet.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { TestParts } from '../testing/test-parts.ts';
import { writeTestRelease } from '../testing/test-release.ts';
import { until } from '../testing/until.ts';
import { isAmongFirst } from './share.ts';

const OLD = '2026-01-01.1';
const NEW = '2026-01-01.10';
const DAY_MS = 86_400_000;
const TOKEN = 'the-token-of-the-people-who-run-it';

describe('a roll-out in stages', () => {
  let home: TestParts;
  const ids = Array.from({ length: 400 }, (_, at) => simulatedId(at));
  beforeEach(async () => {
    home = await TestParts.open();
    await home.openRelease(OLD);
    await home.writeNextRelease(NEW);
    const { homeId } = home.home;
    const none = { name: 'box', room: 'Hall', heartbeat: null, silent: 0 };
    const nowMs = home.clock.nowMs();
    for (const id of ids)
      await home.parts.database.queries
        .insertInto('devices')
        .values({ id, homeId, createdAtMs: nowMs, lastHeartbeatAtMs: nowMs, ...none })
        .execute();
    await home.parts.rollout.start();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const share = () => ids.filter((id) => home.parts.rollout.offerTo(id)?.version === NEW).length / ids.length;
  /** Advances the time. Meanwhile every device sends heartbeats. */
  const pass = async (ms: number) => {
    await home.clock.advance(ms);
    await home.parts.database.queries.updateTable('devices').set({ lastHeartbeatAtMs: home.clock.nowMs() }).execute();
    await home.parts.rollout.look();
  };
  const view = () => home.parts.rollout.view;

  test('a release that is not worse is offered to 1 %, to 10 % and then to all devices, with a day for each stage', async () => {
    expect(share()).toBeLessThan(0.05);
    await pass(DAY_MS / 2);
    expect(view()).toMatchObject({ percent: 1, state: 'running', comparison: { worse: null } });
    await pass(DAY_MS / 2);
    expect(view()).toMatchObject({ percent: 10 });
    expect(Math.abs(share() - 0.1)).toBeLessThan(0.06);
    await pass(DAY_MS);
    expect(view()).toMatchObject({ percent: 100, state: 'running' });
    expect(share()).toBe(1);
    await pass(DAY_MS);
    expect(view()).toMatchObject({ percent: 100, state: 'done' });
    expect(share()).toBe(1);
  });

  test('a roll-out halts at 1 % and at 10 % when devices stop sending heartbeats or refuse the release', async () => {
    await pass(DAY_MS);
    const first = ids.filter((id) => isAmongFirst(id, NEW, 10));
    const fail = (set: { silent?: 1; releaseState?: string }, some: readonly string[]) =>
      home.parts.database.queries.updateTable('devices').set(set).where('id', 'in', some).execute();
    await fail({ silent: 1 }, first.slice(0, 8));
    await fail({ releaseState: 'refused' }, first.slice(8, 20));
    await pass(60_000);
    expect(view()).toMatchObject({ percent: 10, state: 'halted', reason: expect.stringContaining('failed devices') });
    expect(home.parts.rollout.offerTo(first[0]!)).toMatchObject({ version: OLD, goBack: true });
    await pass(10 * DAY_MS);
    expect(view()?.state).toBe('halted');
  });

  test('a roll-out that operators halted stays halted after the cloud starts again', async () => {
    await home.parts.rollout.halt('a complaint');
    await home.parts.rollout.start();
    expect(view()).toMatchObject({ state: 'halted', reason: 'a complaint' });
    expect(share()).toBe(0);
  });

  test('operators cannot start or pause a roll-out that was halted, and are told why', async () => {
    await home.parts.rollout.halt('a complaint');
    await expect(home.parts.rollout.resume()).rejects.toMatchObject({
      code: 'ROLLOUT',
      detail: `${NEW} was halted and stays halted. Roll out a newer release.`,
    });
    await expect(home.parts.rollout.pause()).rejects.toMatchObject({
      code: 'ROLLOUT',
      detail: `${NEW} is halted, not running.`,
    });
  });

  test('without a roll-out, pause and halt say that no release is being rolled out', async () => {
    const other = await TestParts.open();
    const none = { code: 'ROLLOUT', detail: 'No release is being rolled out.' };
    await expect(other.parts.rollout.pause()).rejects.toMatchObject(none);
    await expect(other.parts.rollout.halt('a complaint')).rejects.toMatchObject(none);
    await other[Symbol.asyncDispose]();
  });

  test('a folder without a release is refused with its name', async () => {
    const other = await TestParts.open();
    await other.openRelease(NEW);
    await expect(other.parts.rollout.resume()).rejects.toMatchObject({
      code: 'ROLLOUT',
      message: expect.stringMatching(/EARSHOT_NEXT_RELEASE_DIR \(.*next-release\) contains no release/),
    });
    await other[Symbol.asyncDispose]();
  });

  test('no roll-out begins for a release that is not newer', async () => {
    await home.openRelease('2026-01-02.1');
    const other = await TestParts.open();
    await other.openRelease(NEW);
    await other.writeNextRelease(OLD);
    await other.parts.rollout.start();
    expect(other.parts.rollout.view).toBeNull();
    await other[Symbol.asyncDispose]();
  });
});

describe('a release that was made worse on purpose', () => {
  let dir: string;
  let made: Manifest;
  let server: TestCloud;
  const clock = new FakeClock();
  const operations = () => new TestClient(server.cloud.url, { token: TOKEN, id: '', homeId: '', homeName: '' });
  const fleet = () => operations().call<FleetView>('GET', '/v1/fleet');

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-next-'));
    made = await writeTestRelease(dir, NEW);
    server = await startTestCloud({
      clock,
      // The verifier rejects every candidate.
      scorer: { score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.01 }, embedding: null }) },
      env: { EARSHOT_NEXT_RELEASE_DIR: dir, EARSHOT_OPERATIONS_TOKEN: TOKEN },
    });
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  test('a release that was made worse on purpose reaches 1 % of the devices, then the roll-out halts and they return to the old release', async () => {
    const devices = await simulateFleet(server.cloud, 600, OLD);
    await each(devices, (device) => device.beat());
    const first = devices.filter(({ release }) => release === NEW);
    expect(first.length).toBeGreaterThanOrEqual(3);
    expect(first.length).toBeLessThanOrEqual(15);
    // With the old release, one home in fifty has a false alert. With the new release, each device has five.
    const clip = beepClip(1);
    await each(first, async (device) => {
      for (let n = 0; n < 5; n++) await device.report('glass_break', clip);
    });
    await each(
      devices.filter(({ release }, at) => release === OLD && at % 50 === 0),
      (device) => device.report('glass_break', clip),
    );
    await until(
      'every sound is judged',
      async () => {
        const { labels } = await fleet();
        return (labels[0]?.rejected ?? 0) >= 5 * first.length + 11;
      },
      60_000,
    );
    await clock.advance(60_000);
    await server.cloud.parts.rollout.look();

    const { rollout } = await fleet();
    expect(rollout).toMatchObject({
      version: NEW,
      percent: 1,
      state: 'halted',
      reason: expect.stringContaining('false alerts per device and day'),
    });
    await clock.advance(30_000);
    await each(devices, (device) => device.beat());
    await clock.advance(30_000);
    await each(devices, (device) => device.beat());
    expect(devices.filter(({ release }) => release === NEW)).toEqual([]);
    expect(devices.filter(({ offered }) => offered.has(NEW))).toEqual(first);
    expect((await fleet()).releases).toEqual([
      { release: OLD, devices: devices.length, rolledBack: first.length, refused: 0 },
    ]);
  }, 180_000);

  test('only callers with the operations token can halt a roll-out and see the fleet', async () => {
    const [device] = await simulateFleet(server.cloud, 1, OLD);
    await device!.beat();
    expect(await fleet()).toMatchObject({ devices: { all: 1, online: 1 }, rollout: { percent: 1, state: 'running' } });
    const halted = await operations().call<FleetView>('POST', '/v1/rollout/halt', { reason: 'too loud' });
    expect(halted.rollout).toMatchObject({ state: 'halted', reason: 'too loud' });
    expect((await device!.client.fetch('GET', '/v1/fleet')).status).toBe(403);
    expect((await fetch(new URL('/v1/fleet', server.cloud.url))).status).toBe(401);
    const wrong = new TestClient(server.cloud.url, { token: `${TOKEN}.`, id: '', homeId: '', homeName: '' });
    expect((await wrong.fetch('POST', '/v1/rollout/halt', { reason: 'x' })).status).toBe(401);
    expect((await operations().fetch('GET', '/v1/incidents')).status).toBe(401);
  });

  test('every file of the old and the new release can be downloaded', async () => {
    const [device] = await simulateFleet(server.cloud, 1, OLD);
    for (const { trunk, decision, verifier } of [server.cloud.parts.releases.require().manifest, made])
      for (const { sha256 } of [trunk, decision, verifier])
        expect((await device!.client.fetch('GET', `/v1/models/${sha256}`)).status).toBe(200);
  });
});
