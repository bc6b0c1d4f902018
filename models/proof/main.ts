import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openAdapters, type AdapterSet } from './adapters.ts';
import { killBatch, type BatchResult } from './kill-batch.ts';
import { isClean, killsOf, tableOf } from './result-table.ts';

/**
 * `npm run proof -- --kills N`: kills devices, API and workers, and prints a table of what was lost. Each finished
 * batch is a line in WORK/kills-SET.jsonl, and the same command continues after the last one. The same seed gives the
 * same plan, but the exact moment of a kill also depends on the machine.
 */
const options = new Command('proof')
  .option('--kills <n>', 'number of kills for each set of adapters', Number, 1_000)
  .option(
    '--sets <list>',
    'embedded (SQLite, files), servers (PostgreSQL, S3, SQS), faulty (servers, with random failures of S3 and SQS)',
    (list) => list.split(','),
    ['embedded', 'servers', 'faulty'],
  )
  .option('--seed <n>', 'seed of the first batch', Number, 1)
  .option('--rounds <n>', 'highest number of homes in a batch', Number, 25)
  .option('--work <dir>', 'folder for the results', '.cache/proof')
  .option('--fresh', 'ignore earlier results and begin again')
  .parse()
  .opts<{ kills: number; sets: AdapterSet[]; seed: number; rounds: number; work: string; fresh?: boolean }>();

/**
 * Expected number of kills in a round. Three are planned (device, API, worker), but in one of three cases the round
 * ends before the planned step is reached.
 */
const KILLS_A_ROUND = 2;

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Runs batches until enough kills are done. Resolves with all batches, including those of an earlier run. */
async function proveKills(set: AdapterSet): Promise<BatchResult[]> {
  const file = join(options.work, `kills-${set}.jsonl`);
  if (options.fresh) await rm(file, { force: true });
  const done = await readLines(file);
  let killed = killsOf(done);
  if (killed >= options.kills) return done;
  const dir = await mkdtemp(join(tmpdir(), 'earshot-proof-'));
  const adapters = await openAdapters(set, dir, options.seed + done.length);
  try {
    while (killed < options.kills) {
      const before = killed;
      const result = await killBatch(adapters, dir, {
        seed: options.seed + done.length,
        rounds: Math.min(options.rounds, Math.ceil((options.kills - killed) / KILLS_A_ROUND)),
        onKills: (kills) => say(`${set}: ${before + kills} of ${options.kills} kills`),
      });
      done.push(result);
      killed = killsOf(done);
      await appendFile(file, `${JSON.stringify(result)}\n`);
      if (!isClean(result)) say(`${set}, seed ${result.seed}: ${JSON.stringify(result, null, 2)}`);
    }
  } finally {
    await adapters.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
  return done;
}

async function readLines(file: string): Promise<BatchResult[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BatchResult);
}

await mkdir(options.work, { recursive: true });
const results = new Map<AdapterSet, BatchResult[]>();
for (const set of options.sets) results.set(set, await proveKills(set));
process.stdout.write(tableOf(results));
process.exitCode = [...results.values()].flat().every(isClean) ? 0 : 1;
