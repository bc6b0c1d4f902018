import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeHomes, type BenchHome } from '@earshot/cloud/bench/homes.ts';
import { Phones } from '@earshot/cloud/bench/phones.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { freePort } from '@earshot/shared/testing/servers.ts';
import type { Adapters } from './adapters.ts';
import { checkBatch, type BatchFindings } from './batch-findings.ts';
import type { Arming } from './processes/kill-switch.ts';
import { Standing } from './standing.ts';
import { Victim } from './victim.ts';

const LABELS = ['smoke_alarm', 'co_alarm', 'glass_break', 'dog_bark', 'baby_cry'];
const STEPS = {
  device: ['record', 'fsync', 'rename', 'register', 'upload', 'remove'],
  api: ['commit', 'store', 'enqueue', 'take', 'send', 'note'],
  worker: ['lease', 'verify', 'verdict', 'ack'],
} as const;
type Role = keyof typeof STEPS;

const CANDIDATES_PER_HOME = 3;
/** Every fourth kill comes at a random moment instead of at a chosen step. */
const RANDOM_SHARE = 0.25;
const LATEST_RANDOM_MS = 1_500;
/**
 * The next home's alarm begins at most this long after the previous one, whether or not the previous home has finished.
 */
const ROUND_MS = 2_500;
/** Time limit at the end of a batch: a candidate, verdict or notification that is still pending then counts as lost. */
const GIVE_UP_MS = 240_000;
const PHONE_TOKEN = 'the phones of the proof';

export interface BatchPlan {
  seed: number;
  /** Number of rounds, each with a home and a device of its own. */
  rounds: number;
  /** Called after every round with the number of kills so far. */
  onKills: (kills: number) => void;
}

export interface BatchResult extends BatchFindings {
  seed: number;
  kills: Record<string, number>;
  crashes: string[];
  /** The number of failures of S3 and SQS, by kind of failure. */
  faults: Record<string, number>;
}

/**
 * Kills devices, the API and the worker while one home after the other has an alarm. Afterwards looks for every
 * candidate in the cloud and on the phones.
 */
export async function killBatch(
  adapters: Adapters,
  dir: string,
  { seed, rounds, onKills }: BatchPlan,
): Promise<BatchResult> {
  const random = seededRandom(seed);
  const phones = new Phones(PHONE_TOKEN);
  await phones.start();
  const faultsBefore = adapters.addedFaults();
  const env = { ...adapters.env, EARSHOT_PORT: String(await freePort()) };
  const [api, worker] = [new Standing('api', env), new Standing('worker', env)];
  const database = adapters.openDatabase();
  const queue = adapters.openQueue(database);
  const kills: Record<string, number> = {};
  const safe = new Set<string>();
  const devices: Promise<void>[] = [];
  const ended = new AbortController();
  try {
    const url = await api.start();
    await worker.start();
    const homes = await makeHomes(database, rounds, phones.url, PHONE_TOKEN);
    for (const [round, home] of homes.entries()) {
      for (const standing of [api, worker]) {
        const role = standing === api ? 'api' : 'worker';
        if (random() < RANDOM_SHARE) void standing.killAfter(random() * LATEST_RANDOM_MS);
        else standing.arm(armAt(role, random));
      }
      const folder = join(dir, `device-${seed}-${round}`);
      const device = runDevice(folder, url, home, { ...env, EARSHOT_HOME: folder }, random, {
        kills,
        safe,
        signal: ended.signal,
      });
      // A failure is reported by `withinTime` below.
      device.catch(() => undefined);
      devices.push(device);
      await Promise.race([device, setTimeout(ROUND_MS)]);
      onKills(api.kills + worker.kills + (kills.device ?? 0));
    }
    await withinTime(Promise.all(devices));
    kills.api = api.kills;
    kills.worker = worker.kills;
    const findings = await checkBatch({
      database,
      clips: adapters.openClips(),
      queue,
      homes,
      phones,
      safe,
      giveUpMs: GIVE_UP_MS,
    });
    const faults = since(faultsBefore, adapters.addedFaults());
    return { seed, kills, crashes: [...api.crashes, ...worker.crashes], faults, ...findings };
  } finally {
    ended.abort();
    await Promise.all([api.stop(), worker.stop()]);
    await queue.close?.();
    await database.close();
    await phones.stop();
  }
}

const since = (before: Record<string, number>, now: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));

function armAt(role: Role, random: () => number): Arming {
  const steps = STEPS[role];
  return {
    step: steps[Math.floor(random() * steps.length)]!,
    when: random() < 0.5 ? 'before' : 'after',
    nth: 1 + Math.floor(random() * CANDIDATES_PER_HOME),
  };
}

interface Ledger {
  kills: Record<string, number>;
  /** Candidates that a device reported as written to its disk. */
  safe: Set<string>;
  /** Aborted at the end of the batch, so that no device continues. */
  signal: AbortSignal;
}

/** Runs a device from its first candidate until its outbox is empty; its first process is killed. */
async function runDevice(
  folder: string,
  url: string,
  home: BenchHome,
  env: NodeJS.ProcessEnv,
  random: () => number,
  { kills, safe, signal: over }: Ledger,
): Promise<void> {
  const first = Math.floor(random() * LABELS.length);
  let labels = Array.from({ length: CANDIDATES_PER_HOME }, (_, n) => LABELS[(first + n) % LABELS.length]!);
  for (let life = 0; ; life++) {
    const device = new Victim('device', [folder, url, home.deviceToken, labels.join(',')], env);
    const end = () => device.kill();
    over.addEventListener('abort', end, { once: true });
    if (life === 0) {
      if (random() < RANDOM_SHARE) void setTimeout(random() * LATEST_RANDOM_MS).then(() => device.kill());
      else device.arm(armAt('device', random));
    }
    const signal = await device.ended;
    over.removeEventListener('abort', end);
    if (over.aborted) return;
    const done = device.lines.filter((line) => line.startsWith('safe ')).map((line) => line.split(' '));
    for (const [, id = ''] of done) safe.add(id);
    labels = labels.slice(done.length);
    const problem = device.lines.find((line) => line.startsWith('problem '));
    if (problem) throw new Error(`a device reports: ${problem}`);
    if (signal === 'SIGKILL') kills.device = (kills.device ?? 0) + 1;
    else if (device.lines.at(-1) === 'empty') return;
    else throw new Error(`a device ended: ${device.complaints}`);
  }
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([
    work,
    setTimeout(GIVE_UP_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error(`some devices have not delivered everything after ${GIVE_UP_MS / 1000} s`);
    }),
  ]).finally(() => late.abort());
}
