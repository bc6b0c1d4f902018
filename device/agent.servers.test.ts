import { mkdtempSync, rmSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connect, type MqttClient } from 'mqtt';
import { systemClock } from '@earshot/shared/clock.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { startMosquitto, type MqttServer } from '@earshot/shared/testing/servers.ts';
import { runActions } from './actions/actions.ts';
import { createAgent } from './agent.ts';
import type { Agent } from './agent-types.ts';
import { SAMPLE_RATE, type AudioBlock, type AudioSource } from './audio/source.ts';
import { writeSyntheticRelease } from './releases/testing/synthetic-release.ts';
import { readConfiguration } from './settings/configuration.ts';
import { TestCloud } from './testing/test-cloud.ts';

/** A microphone that delivers the sound that the test plays. */
class Played implements AudioSource {
  readonly name = 'played';
  readonly live = false;
  readonly trouble = null;
  private readonly waiting: Float32Array[] = [];
  private atSample = 0;

  play(hz: number | null, seconds: number): void {
    const tone = (i: number) => (hz === null ? 0 : 0.4 * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE));
    this.waiting.push(
      Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, i) => tone(i) + 0.001 * Math.sin(i * i)),
    );
  }

  restart(): void {
    // The sound comes from the test, so there is no device to restart.
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    while (!signal.aborted) {
      const samples = this.waiting.shift();
      if (!samples) await systemClock.sleep(10, signal).catch(() => undefined);
      else {
        yield { samples, atSample: this.atSample, gapBefore: 0 };
        this.atSample += samples.length;
      }
    }
  }
}

/** Each head of the synthetic release responds to one mel band and reports a sound once in 15 s. */
const HEADS = [
  { label: 'smoke_alarm', band: 40, refractoryS: 15 },
  { label: 'glass_break', band: 50, refractoryS: 15 },
];
const HZ = { smoke_alarm: 2_820, glass_break: 4_520 };
/** How many seconds each sound is played. */
const SOUNDS_S = { smoke_alarm: 11, glass_break: 1 };

describeWithServers('a house whose internet is down', ['mosquitto'], () => {
  let home: string;
  let cloud: TestCloud;
  let broker: MqttServer;
  let watcher: MqttClient;
  let agent: Agent;
  const stop = new AbortController();
  let acting: Promise<void>;
  const played = new Played();
  const said: string[] = [];

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'earshot-house-'));
    cloud = new TestCloud();
    await cloud.start();
    broker = await startMosquitto();
    watcher = connect(broker.url);
    watcher.on('message', (topic, payload) =>
      said.push(`${topic.split('/').slice(2).join('/')} ${payload.toString()}`),
    );
    await new Promise<void>((connected) => watcher.once('connect', () => connected()));
    await watcher.subscribeAsync('earshot/#', { qos: 1 });
    const { trustedKeys } = await writeSyntheticRelease(join(home, 'release'), HEADS);
    const address = { url: cloud.url, token: cloud.token };
    agent = createAgent({
      home,
      releaseDir: join(home, 'release'),
      sources: [played],
      mode: 'away',
      cloud: address,
      trustedKeys,
      heartbeatMs: 100,
    });
    await agent.start();
    const environment = {
      EARSHOT_MQTT: broker.url,
      EARSHOT_SIREN_COMMAND: `echo $EARSHOT_LABEL >> ${join(home, 'siren')}`,
    };
    acting = runActions(await readConfiguration(home, environment), agent, 'device-1', stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await acting;
    await agent.stop();
    await watcher.endAsync(true);
    await broker.stop();
    await cloud.stop();
    rmSync(home, { recursive: true });
  });

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 1_000 && !condition(); i++) await systemClock.sleep(20);
    expect(condition()).toBe(true);
  }

  test('starts the siren and publishes on MQTT at once; when the cloud is back, delivers each candidate once, safety first', async () => {
    await until(() => agent.isOnline() && said.some((line) => line.startsWith('mode/state')));
    await cloud.stop();
    await until(() => !agent.isOnline());
    for (const label of ['glass_break', 'glass_break', 'smoke_alarm', 'glass_break', 'smoke_alarm'] as const) {
      played.play(null, 20);
      played.play(HZ[label], SOUNDS_S[label]);
    }
    played.play(null, 20);
    await until(() => agent.status().outbox.records >= 5);
    await until(
      () =>
        existsSync(join(home, 'siren')) &&
        said.includes('smoke_alarm/suspected ON') &&
        said.includes('glass_break/suspected ON'),
    );
    expect(new Set(readFileSync(join(home, 'siren'), 'utf8').trim().split('\n'))).toEqual(new Set(['smoke_alarm']));
    const kept = agent.status().outbox.records;
    await cloud.start();
    await agent.drain(AbortSignal.timeout(60_000));
    expect(cloud.registered).toHaveLength(kept);
    const labels = cloud.registered.map(({ label }) => label);
    expect(labels).toEqual([...labels].sort((a, b) => Number(b === 'smoke_alarm') - Number(a === 'smoke_alarm')));
    expect(new Set(cloud.uploads).size).toBe(cloud.uploads.length);
    expect(cloud.clips.size).toBe(kept);
  }, 120_000);
});
