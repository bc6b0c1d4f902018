import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import { startCloudAtScale } from '../testing/scale.ts';
import { alarmStorm, type StormReport } from './alarm-storm.ts';
import { FinishedRuns } from './finished-runs.ts';
import { heartbeats } from './heartbeats.ts';

/**
 * `npm run bench:cloud [-- --homes 10000 --seconds 60 --workers 1,2 --noisy 1000 --fairness-homes 300 --queue sqs --only
 * storm,fairness,heartbeats --seed 1 --fresh]`
 *
 * Needs the test servers (.ci/install-servers.sh) and the release. Prints one line of JSON per run on stdout, and progress on stderr.
 * Results of finished runs are kept in WORK/storms.jsonl: when the command is stopped and started again, it prints them and continues with
 * the next run. `--fresh` repeats all runs.
 */
const options = new Command('bench:cloud')
  .option('--homes <n>', 'homes that alarm', Number, 10_000)
  .option('--seconds <n>', 'seconds within which the homes alarm', Number, 60)
  .option(
    '--workers <list>',
    'numbers of worker processes, with one run for each',
    (list) => list.split(',').map(Number),
    [1, 2],
  )
  .option('--noisy <n>', 'glass candidates of the noisy home', Number, 1000)
  .option(
    '--fairness-homes <n>',
    'homes that alarm at the same time as the noisy home, and in a second run without it',
    Number,
    300,
  )
  .option('--queue <kind>', 'sqs or database', 'sqs')
  .option('--seed <n>', 'seed of the random moments and clips', Number, 1)
  .option('--work <dir>', 'folder in which the results of finished runs are kept', '.cache/bench')
  .option('--fresh', 'repeat finished runs')
  .option('--only <list>', 'storm, fairness, heartbeats', (list) => list.split(','), [
    'storm',
    'fairness',
    'heartbeats',
  ])
  .parse()
  .opts<{
    homes: number;
    seconds: number;
    workers: number[];
    noisy: number;
    fairnessHomes: number;
    queue: string;
    seed: number;
    work: string;
    fresh?: boolean;
    only: string[];
  }>();
/** A finished run is reused only if the code and the options are the same. */
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const finished = new FinishedRuns<StormReport>(`${options.work}/storms.jsonl`);
if (options.fresh) finished.forget();

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function storm(name: string, homes: number, seconds: number, workers: number, noisyCandidates: number) {
  const { queue: queueKind, seed } = options;
  const run = { name, homes, seconds, workers, noisyCandidates, queueKind, seed, commit };
  say(`\n${name}: ${homes} homes within ${seconds} s, ${workers} worker(s), noisy home ${noisyCandidates}`);
  const report = finished.find(run) ?? finished.keep(run, await measureStorm(run));
  process.stdout.write(`${JSON.stringify({ ...run, ...report })}\n`);
  printStorm(report);
  return report;
}

async function measureStorm(run: {
  homes: number;
  seconds: number;
  workers: number;
  noisyCandidates: number;
  seed: number;
}): Promise<StormReport> {
  const { seconds, ...storm } = run;
  const scale = await startCloudAtScale();
  // The keys of the bucket are read from the environment, as in production.
  Object.assign(process.env, scale.env);
  try {
    const env = options.queue === 'database' ? { ...scale.env, EARSHOT_QUEUE_URL: '' } : scale.env;
    return await alarmStorm({ ...storm, env, overMs: seconds * 1000, say });
  } finally {
    await scale.stop();
  }
}

function printStorm({
  homes,
  notified,
  notifiedTwice,
  notifiedVerified,
  metadataToPushMs: push,
  registrationToPushMs: registered,
  metadataToVerifiedPushMs: verified,
  registrationToVerifiedPushMs: registeredVerified,
  metadataToVerdictMs: verdict,
  ...rest
}: StormReport) {
  const deepest = Math.max(...rest.queue.map(({ ready, leased }) => ready + leased));
  say(`  notified: ${notified} of ${homes} homes once (${notifiedVerified} verified), ${notifiedTwice} twice`);
  say(`  metadata to push: p50 ${push.p50} ms, p95 ${push.p95} ms, max ${push.max} ms`);
  say(`  registration to push: p50 ${registered.p50} ms, p95 ${registered.p95} ms, max ${registered.max} ms`);
  say(`  metadata to "verified" push: p50 ${verified.p50} ms, p95 ${verified.p95} ms, max ${verified.max} ms`);
  say(
    `  registration to "verified" push: p50 ${registeredVerified.p50} ms, p95 ${registeredVerified.p95} ms, max ${registeredVerified.max} ms`,
  );
  say(`  metadata to verdict: p50 ${verdict.p50} ms, p95 ${verdict.p95} ms, max ${verdict.max} ms`);
  say(`  queue over time: ${depthOverTime(rest.queue)}`);
  say(`  workers: ${rest.clipsPerCpuSecond.toFixed(1)} clips a second of CPU; queue at most ${deepest}`);
  say(
    `  CPU: API ${rest.cpuS.api.toFixed(0)} s, workers ${rest.cpuS.workers.toFixed(0)} s in ${rest.wallS.toFixed(0)} s`,
  );
}

/** The length of the queue at twelve moments, evenly over the run: "at 0 s 12, at 10 s 340, …". */
function depthOverTime(queue: StormReport['queue']): string {
  const step = Math.max(1, Math.ceil(queue.length / 12));
  return queue
    .filter((_, at) => at % step === 0)
    .map(({ atS, ready, leased }) => `at ${atS} s ${ready + leased}`)
    .join(', ');
}

/**
 * The alarms come slowly enough for one worker, so that the run measures the effect of the noisy home and not an overload.
 */
async function fairness(): Promise<void> {
  const paceS = options.fairnessHomes / 10;
  const quiet = await storm('quiet', options.fairnessHomes, paceS, 1, 0);
  const noisy = await storm('noisy', options.fairnessHomes, paceS, 1, options.noisy);
  const laterMs = noisy.metadataToPushMs.p95 - quiet.metadataToPushMs.p95;
  say(`\nnoisy home: smoke of the others is notified ${laterMs} ms later (p95)`);
  process.stdout.write(`${JSON.stringify({ name: 'fairness', laterMs })}\n`);
}

async function calm(): Promise<void> {
  const scale = await startCloudAtScale();
  Object.assign(process.env, scale.env);
  try {
    const report = await heartbeats({ ...process.env, ...scale.env }, 50, 100);
    say(
      `\nheartbeats: ${report.apiCpuMsEach.toFixed(2)} ms of the API's CPU each, answered in ${report.answerMs.p95} ms (p95)`,
    );
    process.stdout.write(`${JSON.stringify({ name: 'heartbeats', ...report })}\n`);
  } finally {
    await scale.stop();
  }
}

if (options.only.includes('storm'))
  for (const workers of options.workers) await storm('storm', options.homes, options.seconds, workers, 0);
if (options.only.includes('fairness')) await fairness();
if (options.only.includes('heartbeats')) await calm();
