import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createBucket, createQueues } from '@earshot/cloud/deploy/provision.ts';
import { s3Client, sqsClient } from '@earshot/cloud/testing/scale.ts';
import { writeSyntheticRelease } from '@earshot/device/releases/testing/synthetic-release.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { startElasticMq, startMinio, type S3Server, type SqsServer } from '@earshot/shared/testing/servers.ts';
import { replay } from '../replay.ts';
import { replayOptions } from '../testing/replay-options.ts';

const EARSHOT = fileURLToPath(new URL('../../../cli/earshot.js', import.meta.url));
const RATE = 16_000;
/** Number of clips. They make three shards, one for each of the three workers. */
const CLIPS = 60;
/** The test waits until the lease of the killed worker's shard has expired, and another worker has played the shard. */
jest.setTimeout(300_000);

describeWithServers('a replay on S3 and SQS', ['minio', 'elasticmq'], () => {
  let dir: string;
  let s3: S3Server | undefined;
  let sqs: SqsServer | undefined;
  const before = { ...process.env };
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fleet-'));
    s3 = await startMinio();
    sqs = await startElasticMq();
    const { trustedKeys } = await writeSyntheticRelease(join(dir, 'release'), [
      { label: 'smoke_alarm', band: 42 },
      { label: 'glass_break', band: 55 },
    ]);
    await writeFile(join(dir, 'keys.json'), JSON.stringify(trustedKeys));
    await layCorpus(join(dir, 'corpus'));
    const [store, queues] = [s3Client(s3), sqsClient(sqs)];
    await createBucket(store, 'replays');
    Object.assign(process.env, {
      EARSHOT_TRUSTED_KEYS: join(dir, 'keys.json'),
      EARSHOT_CLIP_BUCKET: 'replays',
      EARSHOT_S3_ENDPOINT: s3.endpoint,
      EARSHOT_REPLAY_QUEUE_URL: await createQueues(queues, 'replays'),
      AWS_REGION: s3.region,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    });
    store.destroy();
    queues.destroy();
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    process.env = before;
    await Promise.all([s3?.stop(), sqs?.stop()]);
    await rm(dir, { recursive: true });
  });

  function startWorker(name: string): ChildProcess {
    const worker = spawn(process.execPath, [EARSHOT, 'replay-worker', '--cache', join(dir, name)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Use jest's copy of the environment, because it contains the settings of the servers.
      env: process.env,
    });
    workers.push(worker);
    return worker;
  }

  test('a replay on the queue gives the same report as a local replay, even if one of three workers is killed during a shard', async () => {
    await replay(replayOptions(dir, 'local', { on: 'threads' }));

    const names = ['a', 'b', 'c'];
    for (const name of names) startWorker(name);
    const shared = replay(replayOptions(dir, 'shared', { on: 'queue' }));
    const victim = await firstAtWork(names.map((name) => join(dir, name)));
    const gone = once(workers[victim] as ChildProcess, 'exit');
    (workers[victim] as ChildProcess).kill('SIGKILL');
    await gone;
    const { files } = await shared;

    expect(files).toBe(CLIPS);
    expect(await reportOf(dir, 'shared')).toBe(await reportOf(dir, 'local'));
    for (const name of ['reference.tsv', 'estimated-device.tsv', 'decisions-device.csv'])
      expect(await readFile(join(dir, 'shared', name), 'utf8')).toBe(await readFile(join(dir, 'local', name), 'utf8'));
  });
});

/**
 * Writes clips of one second of silence and then a tone. The test's release reports a tone of 3.1 kHz as "smoke" and of
 * 5.5 kHz as "glass", and does not report 400 Hz.
 */
async function layCorpus(folder: string): Promise<void> {
  const kinds: [string, number][] = [
    ['smoke_alarm', 3_100],
    ['glass_break', 5_500],
    ['doorbell', 400],
    ['phone_ring', 3_100],
  ];
  for (let clip = 0; clip < CLIPS; clip++) {
    const [label, hz] = kinds[clip % kinds.length] as [string, number];
    const samples = whiteNoise(6 * RATE, 0.0003, clip);
    samples.set(sine(2 * RATE, hz + (clip % 7), 0.2), RATE);
    await mkdir(join(folder, label), { recursive: true });
    await writeFile(join(folder, label, `${clip}.wav`), writeWav(samples));
  }
}

/** Returns the worker that has fetched the first sound of a shard and therefore plays this shard. */
async function firstAtWork(caches: readonly string[]): Promise<number> {
  for (;;) {
    for (const [at, cache] of caches.entries()) {
      const sounds = await readdir(join(cache, 'replay', 'sounds')).catch(() => []);
      if (sounds.length > 0) return at;
    }
    await sleep(20);
  }
}

/** Reads report.json without the fields that differ from run to run. */
async function reportOf(dir: string, out: string): Promise<string> {
  const text = await readFile(join(dir, out, 'report.json'), 'utf8');
  return text.slice(0, text.lastIndexOf('"speed"'));
}
