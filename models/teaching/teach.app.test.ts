import { mkdtempSync, rmSync } from 'node:fs';
import { constants as os, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ChildTeacher } from '@earshot/cloud/taught-sounds/child-teacher.ts';
import { callApi } from '@earshot/cloud/web/tests/call-api.ts';
import { describeInBrowser } from '@earshot/cloud/web/tests/describe-in-browser.ts';
import { eventually } from '@earshot/cloud/web/tests/eventually.ts';
import type { Phone } from '@earshot/cloud/web/tests/phone.ts';
import { createAgent } from '@earshot/device/agent.ts';
import type { Agent } from '@earshot/device/agent-types.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { taughtFolder } from '@earshot/device/taught/taught-folder.ts';
import { pairDevice } from '@earshot/device/uplink/credentials.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import { doorbell, recordingOf } from '@earshot/shared/testing/doorbell.ts';
import { DeviceDiary } from './testing/device-diary.ts';
import { RoomWithDoorbell } from './testing/room-with-doorbell.ts';

const RELEASE = fileURLToPath(new URL('../release', import.meta.url));
/** Training takes half a minute on an idle CPU core, but on a busy machine it may take up to fifteen minutes. */
const PATIENCE_MS = 900_000;
/** Far longer than a page or the device needs, also on a busy machine. */
const STEP_MS = 120_000;
/** Every head of 19 that were trained from such recordings detected each of 16 rings. */
const MOST_RINGS = 12;

/** All scores of a network on a recording of the doorbell, a row for each step. */
async function scoresOf(network: Network): Promise<number[][]> {
  const stream = network.openStream();
  const mels: Float32Array[] = [];
  new LogMel(stream.frontEnd).push(recordingOf(doorbell(), 1), (mel) => void mels.push(mel.slice()));
  const rows: number[][] = [];
  for (let from = 0; from + stream.framesPerCall <= mels.length; from += stream.framesPerCall) {
    for (let i = 0; i < stream.framesPerCall; i++)
      stream.features.set(mels[from + i] as Float32Array, i * stream.frontEnd.melBands);
    const scores = await stream.run();
    const heads = network.labels.length;
    for (let step = 0; step < stream.stepsPerCall; step++)
      rows.push([...scores.subarray(step * heads, (step + 1) * heads)]);
  }
  await network.close();
  return rows;
}

describeInBrowser('a home teaches its doorbell', (app) => {
  const room = new RoomWithDoorbell();
  let anna: Phone;
  let folder: string;
  let agent: Agent;
  let diary: DeviceDiary;

  beforeAll(async () => {
    const home = await app.open({
      env: { EARSHOT_RELEASE_DIR: RELEASE },
      teacher: new ChildTeacher(RELEASE, os.priority.PRIORITY_NORMAL),
      // The verifier confirms nothing, so the only possible alert is that of the taught sound, which needs no
      // verification.
      scorer: { score: async () => ({ scores: {}, embedding: null }) },
    });
    folder = mkdtempSync(join(tmpdir(), 'earshot-teach-'));
    const paired = { home: folder, url: home.url, code: await home.deviceCode(), name: 'Box', room: 'Hall' };
    const cloud = await pairDevice(paired, new AbortController().signal);
    agent = createAgent({ home: folder, releaseDir: RELEASE, sources: [room], cloud, heartbeatMs: 250 });
    diary = new DeviceDiary(agent);
    await agent.start();
    anna = await app.phone('Anna');
    anna.page.setDefaultTimeout(STEP_MS);
  }, PATIENCE_MS);
  afterAll(async () => {
    await agent.stop();
    rmSync(folder, { recursive: true });
  });

  const taught = async () => (await callApi<{ items: TaughtSound[] }>(anna, 'GET', '/v1/taught-sounds')).items[0];
  /** The label of the sound. Throws when the first test did not teach it, so that the other tests do not wait for it. */
  const label = async () => {
    const sound = await taught();
    if (sound?.state !== 'ready') throw new Error(`the sound was not taught: ${JSON.stringify(sound)}`);
    return sound.label;
  };

  test(
    'the device records five examples and a check recording, and learns the sound',
    async () => {
      const { page } = anna;
      await anna.go('/settings/teach');
      await page.getByLabel('Name').fill('Front door');
      await page.locator('label', { hasText: 'Hall' }).click();
      await page.getByRole('button', { name: 'Begin' }).click();
      await page.getByText('0 of 5 examples').waitFor();
      for (let n = 1; n <= 6; n++) {
        room.isRinging = true;
        await page.getByRole('button', { name: n < 6 ? 'Record an example' : 'Record a check' }).click();
        const state = async () => (await taught())?.examples[n - 1]?.state ?? 'waiting';
        const isOver = (now: string) => now !== 'waiting' && now !== 'recording';
        expect(await diary.explained(eventually(state, isOver, STEP_MS))).toBe('found');
        room.isRinging = false;
        await page.getByRole('button', { name: `Listen to ${n < 6 ? `Example ${n}` : 'Check'}` }).waitFor();
      }
      await page.getByRole('button', { name: 'Learn the sound' }).click();
      const isLearned = (sound?: TaughtSound) => sound?.state === 'ready' || sound?.state === 'failed';
      const learned = await diary.explained(eventually(taught, isLearned, PATIENCE_MS));
      expect(learned).toMatchObject({ state: 'ready', reason: null });
      await page.getByText(/^Ready: recognises about \d+ of 10 such sounds, /).waitFor();
      await page.getByText(/^The check recording was (not )?recognised/).waitFor();
    },
    2 * PATIENCE_MS,
  );

  test(
    'the device uses the new head without a restart, and the scores of the other heads stay bit-identical',
    async () => {
      const name = await label();
      const labels = async () => agent.labels();
      await diary.explained(eventually(labels, (now) => now.includes(name), STEP_MS));
      const [kept] = await taughtFolder(folder, 'cloud', (error) => {
        throw error;
      }).read();
      const release = await loadRelease(RELEASE);
      const before = await scoresOf(await Network.load(release));
      const network = await Network.load(release, [kept!.sound]);
      expect(network.labels).toEqual(agent.labels());
      expect(network.labels.at(-1)).toBe(name);
      const after = await scoresOf(network);
      expect(after.map((row) => row.slice(0, -1))).toEqual(before);
      expect(Math.max(...after.map((row) => row.at(-1)!))).toBeGreaterThan(0.5);
    },
    PATIENCE_MS,
  );

  test(
    "the doorbell causes an alert with the sound's name, which says that only the device recognised it",
    async () => {
      const { page } = anna;
      const name = await label();
      const incident = async () =>
        (await callApi<{ items: Incident[] }>(anna, 'GET', '/v1/incidents')).items.find((one) => one.label === name);
      // Wait before the next ring, as a visitor does: the head scores a ring lower when the last one was a few seconds
      // ago.
      room.everyS = 20;
      room.rings = 0;
      room.isRinging = true;
      const heard = async () => ({ isReported: diary.reported.includes(name), rings: room.rings });
      const isDecided = ({ isReported, rings }: Awaited<ReturnType<typeof heard>>) => isReported || rings > MOST_RINGS;
      const { isReported, rings } = await diary.explained(eventually(heard, isDecided, PATIENCE_MS));
      if (!isReported) throw new Error(`The device reported none of ${rings - 1} rings.\n${diary.describe()}`);
      const alerted = await diary.explained(eventually(incident, (one) => one?.verdict === 'confirmed', STEP_MS));
      room.isRinging = false;
      await anna.go(`/incidents/${alerted!.id}`);
      await page.getByRole('heading', { name: 'Front door' }).waitFor();
      await page.getByText('Recognised by your device').first().waitFor();
    },
    PATIENCE_MS,
  );

  test(
    'when a member deletes the taught sound, the device stops listening for it',
    async () => {
      const { page } = anna;
      const name = await label();
      await anna.go('/settings/teach');
      await page.getByRole('link', { name: /^Front door Ready/ }).click();
      await page.getByRole('button', { name: 'Delete this sound' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('No sounds taught yet').waitFor();
      const labels = async () => agent.labels();
      await diary.explained(eventually(labels, (now) => !now.includes(name), STEP_MS));
      expect(anna.problems).toEqual([]);
    },
    PATIENCE_MS,
  );
});
