import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { Ring } from '../audio/ring.ts';
import { AgentEmitter } from '../events.ts';
import { TestCloud } from '../testing/test-cloud.ts';
import { CloudClient } from '../uplink/cloud-client.ts';
import { LiveSound } from './live-sound.ts';

describe('live sound', () => {
  let cloud: TestCloud;
  let live: LiveSound;
  let ring: Ring;
  let running: Promise<void>;
  let isUrgent = false;
  const stop = new AbortController();
  const said: string[] = [];

  beforeEach(async () => {
    cloud = new TestCloud();
    await cloud.start();
    ring = new Ring();
    hear(2);
    const events = new AgentEmitter();
    events.on('listeners', ({ names }) => void said.push(names.join()));
    const client = new CloudClient({ url: cloud.url, token: cloud.token });
    live = new LiveSound({ client, events, clock: systemClock, rings: () => [ring], isUrgent: () => isUrgent });
    running = live.run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await cloud.stop();
  });

  const hear = (seconds: number) => ring.push(new Float32Array(seconds * 16_000).fill(0.25), ring.end);
  const heartbeat = (listeners: string[]) => {
    cloud.answer = { ...cloud.answer, listeners };
    live.take(listeners);
  };
  const until = async (isSo: () => boolean) => {
    for (let waited = 0; !isSo(); waited += 10) {
      if (waited > 10_000) throw new Error('the condition was not met within 10 s');
      await systemClock.sleep(10);
    }
  };

  test('is sent while somebody listens, but only after pending alerts', async () => {
    await systemClock.sleep(200);
    expect(cloud.segments).toEqual([]);

    heartbeat(['Ann']);
    await until(() => cloud.segments.length === 1);
    const { channels, sampleRate } = readWav(cloud.segments[0] ?? Buffer.alloc(0));
    expect([channels[0]?.length, sampleRate, channels[0]?.[0]]).toEqual([16_000, 16_000, 0.25]);

    isUrgent = true;
    hear(1);
    await systemClock.sleep(300);
    expect(cloud.segments).toHaveLength(1);
    isUrgent = false;
    await until(() => cloud.segments.length === 2);

    // The cloud ends the session and refuses segments before a heartbeat reports the end.
    cloud.answer = { ...cloud.answer, listeners: [] };
    hear(1);
    await until(() => live.listeners.length === 0);
    hear(1);
    await systemClock.sleep(200);
    expect(cloud.segments).toHaveLength(2);

    heartbeat(['Ann', 'Bob']);
    await until(() => cloud.segments.length === 3);
    heartbeat([]);
    expect(said).toEqual(['Ann', '', 'Ann,Bob', '']);
  });
});
