import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import type { HomeView, Incident } from '@earshot/shared/contracts/home.ts';
import type { TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { doorbell, recordingOf } from '@earshot/shared/testing/doorbell.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { homePrefix } from '../clips/clip-store.ts';
import { taughtFile } from '../testing/taught-file.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';
import type { Lesson } from './teaching.ts';

/** Long enough even for a busy machine: only a training that hangs takes longer. */
const PATIENCE_MS = 300_000;

/**
 * Tests teaching a sound through the API, on the database and clip store that `envOf` configures. The training itself is tested in
 * models/teaching.
 */
export function taughtSoundsContract(envOf: () => Promise<NodeJS.ProcessEnv>): void {
  let server: TestCloud;
  let ann: TestClient;
  let box: TestClient;
  const lessons: Lesson[] = [];
  const checked: boolean[] = [];
  let found = 0.9;

  const fileOf = (label: string): string =>
    JSON.stringify(taughtFile(label, server.cloud.parts.releases.require().manifest.trunk.sha256, found));
  const beat = () =>
    box.call<HeartbeatAnswer>('POST', '/v1/heartbeat', makeHeartbeat({ dropIn: true, settingsVersion: 1 }));
  const create = (name = 'Türklingel') =>
    ann.call<TaughtSound>('POST', '/v1/taught-sounds', { name, icon: 'bell', class: 'security', deviceId: box.id });
  const view = (id: string) => ann.call<TaughtSound>('GET', `/v1/taught-sounds/${id}`);
  const statusOf = async (answer: Promise<Response>) => (await answer).status;
  /** Orders a recording, and sends it as a device does. */
  const record = async (id: string, samples: Float32Array): Promise<TaughtSound> => {
    await beat(); // Send another heartbeat: on a busy machine the last one may be so old that the device counts as offline.
    await ann.call('POST', `/v1/taught-sounds/${id}/examples`);
    const { record: order } = await beat();
    const bytes = writeWav(samples);
    const path = `/v1/taught-examples/${order?.id}`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { upload } = await box.call<{ upload: Parameters<TestClient['upload']>[0] }>('PUT', path, {
      sha256,
      bytes: bytes.length,
    });
    await box.upload(upload, bytes);
    await box.call('POST', `${path}/stored`, {});
    return view(id);
  };
  const recordFive = async (id: string) => {
    for (let n = 1; n <= 5; n++) await record(id, recordingOf(doorbell(), n));
  };
  const learn = async (id: string) => {
    await ann.call('POST', `/v1/taught-sounds/${id}/learn`);
    await until('the sound is taught', async () => (await view(id)).state !== 'learning', PATIENCE_MS);
    return view(id);
  };
  const recordings = async () => {
    const keys: string[] = [];
    for await (const key of server.cloud.parts.clips.list(`${homePrefix(ann.homeId)}examples/`)) keys.push(key);
    return keys;
  };

  beforeAll(async () => {
    const env = await envOf();
    server = await startTestCloud({
      env,
      teacher: {
        teach: async (lesson) => {
          lessons.push(lesson);
          return { file: fileOf(lesson.label), checkFound: lesson.check ? true : null };
        },
      },
      scorer: {
        score: async ({ evidence }) => {
          checked.push(true);
          return { scores: { [evidence.label]: 0.99 }, embedding: null };
        },
      },
    });
    const { url, firstHome } = server.cloud;
    ann = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
    box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
    await beat();
  }, PATIENCE_MS);
  afterAll(() => server[Symbol.asyncDispose]());

  test(
    'the device records five examples, the cloud trains with them, and the device gets the head with its next heartbeat',
    async () => {
      const { id, label, state } = await create();
      expect(state).toBe('collecting');
      expect(label).toMatch(/^taught_security_turklingel_[0-9a-f]{4}$/);
      await recordFive(id);
      const { examples } = await record(id, recordingOf(doorbell(), 6));
      expect(examples.map((one) => one.state)).toEqual(Array(6).fill('found'));
      expect(examples[0]?.found?.startS).toBeGreaterThan(1.9);
      expect(examples[0]?.by).toBe('Ann');
      expect(await statusOf(ann.fetch('POST', `/v1/taught-sounds/${id}/examples`))).toBe(409);

      const sound = await learn(id);
      expect(sound).toMatchObject({ state: 'ready', checkFound: true, figures: { found: 0.9, mistakesPerDay: 0.2 } });
      expect(lessons.at(-1)?.examples).toHaveLength(5);
      expect(lessons.at(-1)?.check).not.toBeNull();
      const { taught } = await beat();
      expect(taught?.map((one) => one.label)).toEqual([label]);
      const answer = await box.fetch('GET', `/v1/taught-sounds/files/${taught?.[0]?.sha256}`);
      expect(await answer.text()).toBe(fileOf(label));
      expect((await ann.call<HomeView>('GET', '/v1/home')).taught).toEqual([
        { label, name: 'Türklingel', icon: 'bell' },
      ]);
    },
    2 * PATIENCE_MS,
  );

  test("an alert of a taught sound needs no verifier: the device's decision counts, and the alert contains the sound's name", async () => {
    const [sound] = (await ann.call<{ items: TaughtSound[] }>('GET', '/v1/taught-sounds')).items;
    const clip = beepClip();
    const before = checked.length;
    await box.report(makeCandidate(sound?.label ?? '', clip), clip);
    const incidents = async () => (await ann.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
    await until('the alert is confirmed', async () => (await incidents())[0]?.verdict === 'confirmed', PATIENCE_MS);
    const [incident] = await incidents();
    expect(incident).toMatchObject({ label: sound?.label, class: 'security' });
    expect(incident?.summary).toContain('Türklingel in Hall');
    expect(incident?.summary).toContain('taught sounds are not verified');
    expect(checked.length).toBe(before);
    const sent = await server.cloud.parts.database.queries.selectFrom('notifications').select('body').execute();
    expect(sent.some(({ body }) => body.includes('Türklingel'))).toBe(true);
  });

  test(
    'a member can play an example, and remove it with its bytes; an example without a sound is reported as silent',
    async () => {
      const { id } = await create('Washer');
      const before = (await recordings()).length;
      const { examples } = await record(id, recordingOf(doorbell(), 1));
      const example = examples[0]?.id ?? '';
      const { url } = await ann.call<{ url: string }>('GET', `/v1/taught-sounds/${id}/examples/${example}`);
      const played = await fetch(new URL(url, ann.base));
      expect(played.status).toBe(200);
      expect((await played.arrayBuffer()).byteLength).toBe(44 + 6 * 32_000);
      await ann.call('DELETE', `/v1/taught-sounds/${id}/examples/${example}`);
      expect(await recordings()).toHaveLength(before);
      expect((await record(id, whiteNoise(6 * 16_000, 0.01, 1))).examples.map((one) => one.state)).toEqual(['silent']);
      expect(await statusOf(ann.fetch('POST', `/v1/taught-sounds/${id}/learn`))).toBe(409);
      await ann.call('DELETE', `/v1/taught-sounds/${id}`);
      expect(await recordings()).toHaveLength(before);
    },
    2 * PATIENCE_MS,
  );

  test(
    'an example of digital silence, and one without any samples, is reported as silent at once',
    async () => {
      const { id } = await create('Kettle');
      await record(id, new Float32Array(6 * 16_000));
      const { examples } = await record(id, new Float32Array(0));
      expect(examples.map((one) => one.state)).toEqual(['silent', 'silent']);
      await ann.call('DELETE', `/v1/taught-sounds/${id}`);
    },
    PATIENCE_MS,
  );

  test(
    'a head that detects too few of its own examples is not sent to devices',
    async () => {
      const { id, label } = await create('Mouse');
      await recordFive(id);
      found = 0.2;
      expect(await learn(id)).toMatchObject({ state: 'failed', reason: 'examples' });
      found = 0.9;
      expect((await beat()).taught?.map((one) => one.label)).not.toContain(label);
      expect(await learn(id)).toMatchObject({ state: 'ready' });
      expect((await beat()).taught?.map((one) => one.label)).toContain(label);
      await ann.call('DELETE', `/v1/taught-sounds/${id}`);
      expect((await beat()).taught?.map((one) => one.label)).not.toContain(label);
    },
    2 * PATIENCE_MS,
  );

  test(
    'a sound that was taught for another trunk network is trained again from its recordings',
    async () => {
      const { queries } = server.cloud.parts.database;
      const count = lessons.length;
      await queries
        .updateTable('taughtSounds')
        .set({ trunkSha256: '0'.repeat(64) })
        .execute();
      await until('the sound is taught again', async () => lessons.length > count, PATIENCE_MS);
      expect(lessons.at(-1)?.examples).toHaveLength(5);
      const trunk = server.cloud.parts.releases.require().manifest.trunk.sha256;
      await until(
        'the new head is stored',
        async () => {
          const rows = await queries.selectFrom('taughtSounds').select(['trunkSha256', 'state']).execute();
          return rows.every(({ trunkSha256, state }) => trunkSha256 === trunk && state === 'ready');
        },
        PATIENCE_MS,
      );
    },
    2 * PATIENCE_MS,
  );

  test('deleting the home deletes the heads and recordings of its taught sounds', async () => {
    expect((await recordings()).length).toBeGreaterThan(0);
    const { name } = await ann.call<HomeView>('GET', '/v1/home');
    await ann.call('DELETE', '/v1/home', { confirm: name });
    const { queries } = server.cloud.parts.database;
    expect(await recordings()).toEqual([]);
    expect(await queries.selectFrom('taughtSounds').select('id').execute()).toEqual([]);
    expect(await queries.selectFrom('taughtExamples').select('id').execute()).toEqual([]);
    const proofs = await queries.selectFrom('deletions').selectAll().where('reason', '=', 'home').execute();
    expect(proofs.filter(({ key }) => key.includes('/examples/')).length).toBeGreaterThanOrEqual(6);
  });
}
