import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { systemClock } from '@earshot/shared/clock.ts';
import { DatabaseQueue } from '../queue/database-queue.ts';
import { openSqsQueue } from '../queue/sqs-queue.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import { FairLimiter } from '../api/fair-limiter.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { CloudPart } from './cloud-part.ts';
import { benchClips, GLASS_FILES, SMOKE_FILES } from './clips.ts';
import { report } from './device.ts';
import { cpuSecondsOf, spreadOf, type Spread } from './figures.ts';
import { glassBeforeSmoke } from './glass-before-smoke.ts';
import { type BenchHome, makeHomes } from './homes.ts';
import { Phones, type ReceivedNotification } from './phones.ts';
import { untilAllJudged, untilAllNotified } from './settled.ts';

export interface StormOptions {
  /**
   * The environment of the cloud's processes, with PostgreSQL, S3 and SQS (testing/scale.ts). Without EARSHOT_QUEUE_URL, the queue is a
   * table of PostgreSQL.
   */
  env: NodeJS.ProcessEnv;
  homes: number;
  /** Smoke alarms start at random moments within this time. */
  overMs: number;
  /** Seed for these random moments, and for the choice of the clip that each home sends. */
  seed?: number;
  workers: number;
  /**
   * The number of glass candidates that one additional home, the noisy home, sends at the same time, as fast as it can.
   */
  noisyCandidates: number;
  /**
   * True: workers start only when all candidates are in the queue, with those of the noisy home first. Then only the queue decides the
   * order of verification.
   */
  workersLast?: boolean;
  /** The run fails when some alarm has no verdict or no delivered notification after this time. */
  giveUpAfterMs?: number;
  say?: (line: string) => void;
}

export interface StormReport {
  homes: number;
  workers: number;
  /** `notified`: homes that got a notification of their alarm. `notifiedTwice`: homes that got more than one. */
  notified: number;
  notifiedTwice: number;
  /** Homes notified after the verdict. The others were notified at the 10 s deadline, with "not verified yet". */
  notifiedVerified: number;
  verdicts: Record<string, number>;
  /**
   * Time from the metadata to the first notification on the phone, which says either "verified" or, at the deadline, "not verified yet".
   */
  metadataToPushMs: Spread;
  /**
   * The delay of the notifications from the registration in the cloud, at which the 10 s deadline for an unverified alarm starts.
   */
  registrationToPushMs: Spread;
  /** Time from the metadata to the first notification that says "verified". */
  metadataToVerifiedPushMs: Spread;
  registrationToVerifiedPushMs: Spread;
  metadataToVerdictMs: Spread;
  /**
   * For the smoke alarm that waited longest: how many glass candidates got their verdict between the moment when its clip was stored and
   * its own verdict.
   */
  glassBeforeSmoke: number;
  /** Smoke and glass clips that the workers verified per second of their CPU time. */
  clipsPerCpuSecond: number;
  wallS: number;
  cpuS: { api: number; workers: number };
  queue: { atS: number; ready: number; leased: number }[];
}

/** The titles of notifications (incidents/words.ts) before and after verification. */
const OPENED = 'Smoke alarm';
const CONFIRMED = 'Verified: Smoke alarm';
const VERIFIED = ' Verified.';
const PHONE_TOKEN = 'tk_phones_of_the_bench';
/**
 * At most this many devices send at the same time. The others wait, as at a load balancer, and their waiting time counts. With ten thousand
 * open sockets, this process itself would be the bottleneck.
 */
const TALKING_AT_ONCE = 256;
/** The noisy home has this many devices, and each of them sends one candidate at a time. */
const NOISY_AT_ONCE = 16;
const GIVE_UP_AFTER_MS = 30 * 60_000;
/** How long to wait for a second notification of an alarm, which would be an error. */
const LISTEN_ON_MS = 3_000;

/**
 * Simulates many homes whose alarms sound at once. Every part of the cloud runs in its own process. This process plays the devices and
 * phones.
 */
export async function alarmStorm(options: StormOptions): Promise<StormReport> {
  const { env, workers, say = () => undefined } = options;
  const phones = new Phones(PHONE_TOKEN);
  await phones.start();
  const api = new CloudPart(['cloud', '--no-worker', '--port', '0'], env);
  const parts = [api];
  const database = openDatabase(env.EARSHOT_DATABASE_URL ?? '', { poolSize: 10 });
  try {
    const { url, pid: apiPid } = await api.started;
    const startWorkers = async () => {
      const started = Array.from({ length: workers }, () => new CloudPart(['worker'], env));
      parts.push(...started);
      return (await Promise.all(started.map((worker) => worker.started))).map(({ pid }) => pid);
    };
    say(`making ${options.homes} homes`);
    const homes = await makeHomes(database, options.homes + 1, phones.url, PHONE_TOKEN);
    say('the alarms start to sound');
    return await measure(options, { url, apiPid, startWorkers, database, phones, homes });
  } catch (error) {
    throw new Error(parts.map(({ complaints }) => complaints).join('\n'), { cause: error });
  } finally {
    await Promise.allSettled(parts.map((part) => part.stop()));
    await database.close();
    await phones.stop();
  }
}

interface Running {
  url: string;
  apiPid: number;
  /** Starts the workers. Resolves with their process ids. */
  startWorkers(): Promise<number[]>;
  database: Database;
  phones: Phones;
  homes: BenchHome[];
}

async function measure(options: StormOptions, running: Running): Promise<StormReport> {
  const { apiPid, database, phones, homes } = running;
  const smoke = await benchClips(SMOKE_FILES);
  const alarming = homes.slice(0, options.homes);
  const sentAtMs = new Map<string, number>();
  const homeOf = new Map(alarming.map(({ phone, homeId }) => [phone, homeId]));
  const workerPids = options.workersLast ? [] : await running.startWorkers();
  const cpuOf = () => ({ api: cpuSecondsOf(apiPid), workers: sum(workerPids.map(cpuSecondsOf)) });
  const cpuBefore = cpuOf();
  const fromMs = Date.now();
  const over = new AbortController();
  const queue = watchQueue(options, database, fromMs, over.signal);
  try {
    const alarms = () => soundAlarms(options, running, alarming, sentAtMs, smoke);
    const noise = makeNoise(running, options.noisyCandidates);
    if (options.workersLast) {
      await noise;
      await alarms();
      workerPids.push(...(await running.startWorkers()));
    } else await Promise.all([noise, alarms()]);
    options.say?.('all alarms are reported; waiting for the verdicts');
    const untilMs = fromMs + (options.giveUpAfterMs ?? GIVE_UP_AFTER_MS);
    await untilAllJudged(database, untilMs);
    await untilAllNotified(database, untilMs);
    await sleep(LISTEN_ON_MS);
  } finally {
    over.abort();
    await queue.catch(() => undefined);
  }
  const wallS = (Date.now() - fromMs) / 1000;

  const alarmed = phones.received.filter(({ path }) => sentAtMs.has(path));
  const opened = alarmed.filter(({ title }) => title.startsWith(OPENED));
  const openedVerified = opened.filter(({ message }) => message.includes(VERIFIED));
  const verified = [...openedVerified, ...alarmed.filter(({ title }) => title.startsWith(CONFIRMED))];
  const sinceMetadata = (notified: readonly ReceivedNotification[]) =>
    spreadOf(notified.map(({ path, atMs }) => atMs - (sentAtMs.get(path) ?? atMs)));
  const times = new Map<string, number>();
  for (const { path } of opened) times.set(path, (times.get(path) ?? 0) + 1);
  const verdicts = await verdictsOf(database);
  const sinceRegistration = (notified: readonly ReceivedNotification[]) =>
    spreadOf(notified.map(({ path, atMs }) => atMs - (verdicts.registeredAtMs.get(homeOf.get(path) ?? '') ?? NaN)));
  const cpuAfter = cpuOf();
  const cpuS = { api: cpuAfter.api - cpuBefore.api, workers: cpuAfter.workers - cpuBefore.workers };
  return {
    homes: options.homes,
    workers: options.workers,
    notified: times.size,
    notifiedTwice: [...times.values()].filter((count) => count > 1).length,
    notifiedVerified: openedVerified.length,
    verdicts: verdicts.counts,
    metadataToPushMs: sinceMetadata(opened),
    registrationToPushMs: sinceRegistration(opened),
    metadataToVerifiedPushMs: sinceMetadata(verified),
    registrationToVerifiedPushMs: sinceRegistration(verified),
    metadataToVerdictMs: spreadOf(verdicts.smokeMs),
    glassBeforeSmoke: await glassBeforeSmoke(database),
    clipsPerCpuSecond: (options.homes + options.noisyCandidates) / cpuS.workers,
    wallS,
    cpuS,
    queue: await queue,
  };
}

/** Every home reports its alarm at a random moment within `overMs`. Resolves when all clips are uploaded. */
async function soundAlarms(
  { overMs, seed = 1 }: StormOptions,
  { url }: Running,
  alarming: readonly BenchHome[],
  sentAtMs: Map<string, number>,
  smoke: readonly Uint8Array[],
): Promise<void> {
  const line = new FairLimiter(TALKING_AT_ONCE, TALKING_AT_ONCE);
  const random = seededRandom(seed);
  const plan = alarming.map((home) => ({
    home,
    atMs: random() * overMs,
    clip: pick(smoke, Math.floor(random() * smoke.length)),
  }));
  await Promise.all(
    plan.map(async ({ home, atMs, clip }) => {
      await sleep(atMs);
      sentAtMs.set(home.phone, Date.now());
      const leave = await line.enter('devices', false);
      await report(url, home.deviceToken, makeCandidate('smoke_alarm', clip), clip, true);
      leave();
    }),
  );
}

/** The last home in the list is the noisy home. It reports its glass candidates as fast as it can. */
async function makeNoise({ url, homes }: Running, candidates: number): Promise<void> {
  const home = homes.at(-1);
  const glass = await benchClips(GLASS_FILES);
  let sent = 0;
  const device = async () => {
    while (sent < candidates) {
      const clip = pick(glass, sent++);
      await report(url, home?.deviceToken ?? '', makeCandidate('glass_break', clip), clip, false);
    }
  };
  await Promise.all(Array.from({ length: NOISY_AT_ONCE }, device));
}

const pick = (clips: readonly Uint8Array[], n: number): Uint8Array => clips[n % clips.length] ?? new Uint8Array();
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function watchQueue(
  { env }: StormOptions,
  database: Database,
  fromMs: number,
  signal: AbortSignal,
): Promise<StormReport['queue']> {
  const queue: WorkQueue = env.EARSHOT_QUEUE_URL
    ? openSqsQueue({ url: env.EARSHOT_QUEUE_URL, region: env.AWS_REGION ?? '' })
    : new DatabaseQueue(database, 'verify', systemClock);
  const seen: StormReport['queue'] = [];
  while (!signal.aborted) {
    const { ready, leased } = await queue.depth();
    seen.push({ atS: Math.round((Date.now() - fromMs) / 1000), ready, leased });
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
  await queue.close?.();
  return seen;
}

interface Verdicts {
  counts: Record<string, number>;
  smokeMs: number[];
  /** By home id: when the home's candidate was registered. */
  registeredAtMs: Map<string, number>;
}

async function verdictsOf(database: Database): Promise<Verdicts> {
  const rows = await database.queries
    .selectFrom('candidates')
    .select(['homeId', 'label', 'verdict', 'registeredAtMs', sql<number>`verified_at_ms - registered_at_ms`.as('ms')])
    .execute();
  const counts: Record<string, number> = {};
  for (const { label, verdict } of rows) counts[`${label} ${verdict}`] = (counts[`${label} ${verdict}`] ?? 0) + 1;
  const smoke = rows.filter(({ label }) => label === 'smoke_alarm');
  return {
    counts,
    smokeMs: smoke.map(({ ms }) => Number(ms)),
    registeredAtMs: new Map(smoke.map(({ homeId, registeredAtMs }) => [homeId, registeredAtMs])),
  };
}
