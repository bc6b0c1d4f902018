import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { TestClient } from '@earshot/cloud/testing/test-client.ts';
import { eventually } from '@earshot/cloud/web/tests/eventually.ts';
import { TestHome } from '@earshot/cloud/web/tests/test-home.ts';
import { createAgent } from '@earshot/device/agent.ts';
import { ScriptedSource } from '@earshot/device/listening/testing/scripted-source.ts';
import { pairDevice } from '@earshot/device/uplink/credentials.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';

const RELEASE = fileURLToPath(new URL('../../release', import.meta.url));
const RATE = 16_000;
/** Seconds between two plays: longer than the device waits after it has reported breaking glass. */
const APART_S = 20;
const PATIENCE_MS = 60_000;

test('a sound that a member marked wrong is ignored twice by the cloud, then by the device, until the member removes the mark', async () => {
  // This scorer confirms every clip as breaking glass and returns the same embedding each time.
  const scorer = {
    score: async () => ({ scores: { glass_break: 0.999 }, embedding: Float32Array.from([1, 0, 0]) }),
  };
  const home = await TestHome.start({ env: { EARSHOT_RELEASE_DIR: RELEASE }, scorer });
  const anna = await TestClient.pair(home.url, await home.phoneCode(), 'member', 'Anna');
  const folder = await mkdtemp(join(tmpdir(), 'earshot-silenced-'));
  const paired = { home: folder, url: home.url, code: await home.deviceCode(), name: 'Box', room: 'Hall' };
  const cloud = await pairDevice(paired, new AbortController().signal);
  const source = new ScriptedSource();
  const agent = createAgent({
    home: folder,
    releaseDir: RELEASE,
    sources: [source],
    cloud,
    heartbeatMs: 100,
    mode: 'away',
  });
  let reports = 0;
  agent.events.on('candidate', () => void reports++);
  await agent.start();
  try {
    const plates = readWav(await readFile(join(RELEASE, 'golden-glass.wav'))).channels[0]!;
    let playedS = 0;
    const play = (): void => {
      const samples = whiteNoise(APART_S * RATE, 0.0003, 5);
      plates.forEach((value, i) => (samples[8 * RATE + i]! += value));
      for (let at = 0; at < samples.length; at += RATE)
        source.push({ samples: samples.slice(at, at + RATE), atSample: playedS * RATE + at, gapBefore: 0 });
      playedS += APART_S;
    };
    const glass = async (): Promise<Incident | undefined> =>
      (await anna.call<{ items: Incident[] }>('GET', '/v1/incidents')).items.find(
        ({ label }) => label === 'glass_break',
      );
    const ignored = async (): Promise<IgnoredSound | undefined> =>
      (await anna.call<{ items: IgnoredSound[] }>('GET', '/v1/ignored-sounds')).items[0];

    play();
    const alert = await eventually(glass, (one) => one?.verdict === 'confirmed', PATIENCE_MS);
    await anna.call('POST', `/v1/incidents/${alert!.id}/feedback`, { verdict: 'wrong' });
    for (const times of [1, 2]) {
      play();
      await eventually(ignored, (one) => one?.ignored === times, PATIENCE_MS);
    }
    await eventually(ignored, (one) => one?.onDevice?.week === 0, PATIENCE_MS);
    const before = reports;
    play();
    await eventually(ignored, (one) => one?.onDevice?.week === 1, PATIENCE_MS);
    expect(reports).toBe(before);

    await anna.call('DELETE', `/v1/ignored-sounds/${(await ignored())!.id}`);
    await eventually(
      async () => agent.status().silenced,
      (all) => all?.length === 0,
      PATIENCE_MS,
    );
    play();
    await eventually(
      async () => reports,
      (count) => count === before + 1,
      PATIENCE_MS,
    );
  } finally {
    await agent.stop();
    await home[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});
