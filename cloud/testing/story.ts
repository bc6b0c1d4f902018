import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { PushService } from './push-service.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from './test-client.ts';
import { writeTestRelease } from './test-release.ts';
import { until } from './until.ts';

/**
 * How long each scoring takes: long enough to kill the worker meanwhile, and short enough for the 10 s deadline of safety sounds.
 */
const SCORING_MS = 3_000;
const LABELS = ['smoke_alarm', 'co_alarm', 'glass_break', 'dog_bark', 'baby_cry', 'door', 'footsteps'];

export interface StoryEnd {
  incidents: Incident[];
  /** By incident: the number of "opened" pushes. */
  openedPushes: Record<string, number>;
  /** The bytes that a download link returned before the deletion. */
  played: Uint8Array;
  /** The HTTP status of the same download link after the deletion. */
  statusAfterDeletion: number;
  clip: Uint8Array;
  exported: { deletions: { doneAt: string | null }[] };
}

/**
 * Plays a sound from the device to the phone through separate processes: pair, report, upload, verify (one of two workers is killed with
 * SIGKILL while it scores), notify, listen, delete. `dir` is an empty folder. `env` chooses the adapters; the steps are the same for all
 * adapters.
 */
export async function runStory(dir: string, env: NodeJS.ProcessEnv): Promise<StoryEnd> {
  let vapidKey = '';
  const push = new PushService(() => vapidKey);
  // The first push fails and is retried, so that this test also covers the state that is stored after a failure.
  push.answers.push({ status: 503 });
  await push.start();
  const [release, ca] = [join(dir, 'release'), join(dir, 'push-ca.pem')];
  await writeTestRelease(release);
  await writeFile(ca, push.ca);
  const shared: NodeJS.ProcessEnv = {
    ...process.env,
    EARSHOT_HOME: dir,
    EARSHOT_PORT: '0',
    EARSHOT_RELEASE_DIR: release,
    EARSHOT_LOG_LEVEL: 'error',
    EARSHOT_TEST_SCORING_MS: String(SCORING_MS),
    EARSHOT_SECRET: 'a secret that all processes of the story share',
    NODE_EXTRA_CA_CERTS: ca,
    ...env,
  };
  const api = new CloudProcess('api', shared);
  const workers = [new CloudProcess('worker', shared), new CloudProcess('worker', shared)];
  try {
    const { url, vapid, phone: phoneCode, device: deviceCode } = await api.started;
    vapidKey = vapid;
    await Promise.all(workers.map((worker) => worker.started));
    const phone = await TestClient.pair(url, phoneCode, 'member', 'Ann');
    const box = await TestClient.pair(url, deviceCode, 'device', 'Box', 'Hall');
    await phone.call('POST', '/v1/channels', push.subscribe());

    const clip = beepClip();
    await Promise.all(LABELS.map((label) => box.report(makeCandidate(label, clip), clip)));
    await until('a worker scores', () => workers.some((worker) => worker.scored > 1), 30_000);
    const [busier] = workers.toSorted((a, b) => b.scored - a.scored);
    busier?.child.kill('SIGKILL');

    const incidents = async () => (await phone.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
    await until(
      'every incident is confirmed and notified',
      async () => {
        const all = await incidents();
        return (
          all.length === LABELS.length &&
          all.every(({ verdict, notified }) => verdict === 'confirmed' && notified === 1)
        );
      },
      90_000,
      500,
    );

    const listed = await incidents();
    const [first] = listed;
    const { url: link } = await phone.call<{ url: string }>(
      'GET',
      `/v1/incidents/${first?.id ?? ''}/clips/${first?.evidence[0]?.candidateId ?? ''}`,
    );
    const play = () => fetch(new URL(link, url));
    const played = new Uint8Array(await (await play()).arrayBuffer());
    await phone.call('POST', '/v1/incidents/delete', { ids: listed.map(({ id }) => id) });
    const opened = push.received.filter(({ body }) => body.step === 'opened').map(({ body }) => body.label);
    return {
      incidents: listed,
      openedPushes: Object.fromEntries(
        LABELS.map((label) => [label, opened.filter((other) => other === label).length]),
      ),
      played,
      statusAfterDeletion: (await play()).status,
      clip,
      exported: await phone.call('GET', '/v1/export'),
    };
  } finally {
    await Promise.all([api, ...workers].map((each) => each.stop()));
    await push.stop();
  }
}

interface Started {
  url: string;
  vapid: string;
  phone: string;
  device: string;
}

class CloudProcess {
  readonly child: ChildProcess;
  readonly started: Promise<Started>;
  scored = 0;
  private complaints = '';

  constructor(role: 'api' | 'worker', env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [fileURLToPath(new URL('./cloud-process.ts', import.meta.url)), role], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (part: Buffer) => (this.complaints += part.toString()));
    this.started = new Promise((resolve, reject) => {
      this.child.once('exit', (code) =>
        reject(new Error(`the ${role} process ended with ${code}: ${this.complaints}`)),
      );
      if (!this.child.stdout) return;
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const said = JSON.parse(line) as { started?: Started; scoring?: string };
        if (said.scoring) this.scored++;
        if (said.started) resolve(said.started);
      });
    });
    // If a caller does not await `started`, its rejection must not end the test process.
    this.started.catch(() => undefined);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
