import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DropIn, DropInSegmentAnswer, DropInSegments } from '@earshot/shared/contracts/drop-in.ts';
import type { HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { homePrefix } from '../clips/clip-store.ts';
import { Sweeper } from '../incidents/sweeper.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { keepDropIn } from './drop-ins.ts';
import { addSegment } from './segments.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';

/** Tests of live listening through the API, on the database and clip store that `envOf` configures. */
export function dropInContract(envOf: () => Promise<NodeJS.ProcessEnv>): void {
  let server: TestCloud;
  let ann: TestClient;
  let bob: TestClient;
  let box: TestClient;
  const second = beepClip(1);

  const beat = () =>
    box.call<HeartbeatAnswer>('POST', '/v1/heartbeat', makeHeartbeat({ dropIn: true, settingsVersion: 1 }));
  const listen = (member = ann) => member.call<DropIn>('POST', `/v1/devices/${box.id}/drop-in`);
  const segments = ({ id }: DropIn, after?: string, member = ann) =>
    member.call<DropInSegments>('GET', `/v1/drop-ins/${id}/segments${after ? `?after=${after}` : ''}`);
  const announce = () =>
    box.call<DropInSegmentAnswer>('POST', '/v1/drop-in-segments', {
      sha256: createHash('sha256').update(second).digest('hex'),
      bytes: second.length,
    });
  const send = async () => {
    const { upload } = await announce();
    if (upload) await box.upload(upload, second);
    return upload !== null;
  };
  const keys = async () => {
    const found: string[] = [];
    for await (const key of server.cloud.parts.clips.list(`${homePrefix(ann.homeId)}live/`)) found.push(key);
    return found;
  };
  /** The parts of the cloud with a clock that is `ms` milliseconds fast. */
  const partsIn = (ms: number) => {
    const { parts } = server.cloud;
    const { clock } = parts;
    return {
      ...parts,
      clock: {
        nowMs: () => clock.nowMs() + ms,
        monotonicMs: () => clock.monotonicMs(),
        sleep: (forMs: number, signal?: AbortSignal) => clock.sleep(forMs, signal),
      },
    };
  };
  const allow = (dropIn: string) => ann.call('PATCH', '/v1/settings', { dropIn });
  const statusOf = async (answer: Promise<Response>) => (await answer).status;
  const device = async () => (await bob.call<{ items: DeviceView[] }>('GET', '/v1/devices')).items[0];

  beforeAll(async () => {
    server = await startTestCloud({ env: await envOf() });
    const { url, firstHome } = server.cloud;
    ann = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
    const { code } = await ann.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'member' });
    bob = await TestClient.pair(url, code, 'member', 'Bob');
    box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
    await beat();
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    await allow('never');
    await allow('always');
  });

  test('a member hears, in order, what the device sends after the start, and nothing older', async () => {
    const dropIn = await listen();
    expect(dropIn).toMatchObject({ where: 'Hall', by: 'Ann' });
    expect((await beat()).listeners).toEqual(['Ann']);
    expect(await send()).toBe(true);
    expect(await send()).toBe(true);
    const first = await segments(dropIn);
    expect(first.items).toHaveLength(2);
    const played = await fetch(new URL(first.items[0]?.url ?? '', ann.base));
    expect(Buffer.compare(Buffer.from(await played.arrayBuffer()), Buffer.from(second))).toBe(0);
    await send();
    const next = await segments(dropIn, first.items[1]?.id);
    expect(next.items).toHaveLength(1);
    expect(next.by).toEqual(['Ann']);
  });

  test('a segment that is not uploaded yet delays the later segments, so that the order is kept', async () => {
    const dropIn = await listen();
    const { upload } = await announce();
    await send();
    expect((await segments(dropIn)).items).toEqual([]);
    if (upload) await box.upload(upload, second);
    expect((await segments(dropIn)).items).toHaveLength(2);
  });

  test('every member sees who is listening now, and later who listened when', async () => {
    const dropIn = await listen();
    expect((await device())?.listeners).toEqual(['Ann']);
    await listen(bob);
    expect((await device())?.listeners).toEqual(['Ann', 'Bob']);
    await ann.call('DELETE', `/v1/drop-ins/${dropIn.id}`);
    expect((await device())?.listeners).toEqual(['Bob']);
    const { items } = await bob.call<{ items: DropIn[] }>('GET', '/v1/drop-ins');
    const own = items.find(({ id }) => id === dropIn.id);
    expect(own).toMatchObject({ by: 'Ann', where: 'Hall', deviceId: box.id });
    expect(Date.parse(own?.until ?? '')).toBeLessThanOrEqual(Date.now());
    const { dropIns } = await ann.call<{ dropIns: DropIn[] }>('GET', '/v1/export');
    expect(dropIns).toEqual(items);
  });

  test("when the last listener stops, the next heartbeat's answer makes the device stop sending", async () => {
    const dropIn = await listen();
    await ann.call('DELETE', `/v1/drop-ins/${dropIn.id}`);
    expect(await send()).toBe(false);
    expect((await beat()).listeners).toEqual([]);
    expect(await segments(dropIn)).toEqual({ secondsLeft: 0, by: [], items: [] });
  });

  test('without permission, a request to listen answers 403 and the device sends no sound', async () => {
    await allow('never');
    expect(await statusOf(ann.fetch('POST', `/v1/devices/${box.id}/drop-in`))).toBe(403);
    await allow('during_alerts');
    expect(await statusOf(ann.fetch('POST', `/v1/devices/${box.id}/drop-in`))).toBe(403);
    expect(await send()).toBe(false);
  });

  test('when the home allows listening during alerts, members may listen during an alert, but not during a test of an alarm', async () => {
    await allow('during_alerts');
    const sound = async (test: boolean) => {
      await box.report(makeCandidate('smoke_alarm', second, { test }), second);
      await server.cloud.firstHome.settled(AbortSignal.timeout(20_000));
    };
    await sound(true);
    expect(await statusOf(ann.fetch('POST', `/v1/devices/${box.id}/drop-in`))).toBe(403);
    const { items } = await ann.call<{ items: { id: string }[] }>('GET', '/v1/incidents');
    for (const { id } of items) await ann.call('DELETE', `/v1/incidents/${id}`);
    await sound(false);
    expect(await listen()).toMatchObject({ by: 'Ann' });
  }, 60_000);

  test("a change of the home's rule that forbids listening ends the sessions in progress", async () => {
    await listen();
    await allow('never');
    expect(await send()).toBe(false);
  });

  test("only an owner can change the home's rule for listening", async () => {
    expect(await statusOf(bob.fetch('PATCH', '/v1/settings', { dropIn: 'never' }))).toBe(403);
  });

  test("a member can neither play nor stop another member's session", async () => {
    const { id } = await listen();
    expect(await statusOf(bob.fetch('GET', `/v1/drop-ins/${id}/segments`))).toBe(404);
    expect(await statusOf(bob.fetch('DELETE', `/v1/drop-ins/${id}`))).toBe(404);
    expect(await statusOf(bob.fetch('POST', `/v1/drop-ins/${id}/keep`))).toBe(404);
  });

  test("listening answers 409 when the device's own settings forbid it", async () => {
    await box.call('POST', '/v1/heartbeat', makeHeartbeat({ dropIn: false }));
    expect(await statusOf(ann.fetch('POST', `/v1/devices/${box.id}/drop-in`))).toBe(409);
    await beat();
  });

  test('listening ends by itself after a minute unless it is extended', async () => {
    const { id } = await listen();
    const sendsAfter = async (ms: number) => {
      const caller = { kind: 'device' as const, homeId: box.homeId, id: box.id, tokenHash: '' };
      return (await addSegment(partsIn(ms), caller, { sha256: 'a'.repeat(64), bytes: 1_000 })).upload !== null;
    };
    expect(await sendsAfter(59_000)).toBe(true);
    expect(await sendsAfter(60_001)).toBe(false);
    const member = { kind: 'member' as const, homeId: ann.homeId, id: ann.id, tokenHash: '' };
    await keepDropIn(partsIn(50_000), member, id);
    expect(await sendsAfter(100_000)).toBe(true);
    expect(await sendsAfter(111_000)).toBe(false);
  });

  test('two minutes after listening has ended, the store holds no segment', async () => {
    await listen();
    await send();
    expect(await keys()).not.toEqual([]);
    const later = (ms: number) => new Sweeper(partsIn(ms)).turn();
    await later(61_000);
    expect(await keys()).toEqual([]);
    // By then, the segments of an earlier test are more than two minutes old.
    await later(300_000);
    const { queries } = server.cloud.parts.database;
    expect(await queries.selectFrom('dropInSegments').select('id').execute()).toEqual([]);
  });

  test('a member who is removed while listening gets no more sound', async () => {
    await listen(bob);
    expect(await send()).toBe(true);
    await ann.call('DELETE', `/v1/members/${bob.id}`);
    expect(await send()).toBe(false);
    const { items } = await ann.call<{ items: DropIn[] }>('GET', '/v1/drop-ins');
    expect(items[0]).toMatchObject({ by: 'Bob' });
  });

  test('deleting a home deletes its live sound', async () => {
    await listen();
    await send();
    const { name } = await ann.call<{ name: string }>('GET', '/v1/home');
    await ann.call('DELETE', '/v1/home', { confirm: name });
    expect(await keys()).toEqual([]);
  });
}
