import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openAdapters, type AdapterSet } from './adapters.ts';
import { killBatch, type BatchResult } from './kill-batch.ts';

/**
 * `npm run proof [-- --cut]`: kills, then the page. Each batch of kills is a line in WORK/kills-SET.jsonl; the same command goes on where
 * it was stopped. A seed gives the same plan; which moment a kill meets also depends on the machine.
 */
const options = new Command('proof')
  .option('--kills <n>', 'kills on each set of adapters', Number, 1_000)
  .option('--sets <list>', 'embedded, servers', (list) => list.split(','), ['embedded', 'servers'])
  .option('--seed <n>', 'of the first batch', Number, 1)
  .option('--rounds <n>', 'homes of a batch', Number, 25)
  .option('--work <dir>', 'where results are kept', '.cache/proof')
  .option('--cut', 'five minutes: one small batch on the embedded default')
  .parse()
  .opts<{ kills: number; sets: AdapterSet[]; seed: number; rounds: number; work: string; cut?: boolean }>();

const say = (line: string) => void process.stderr.write(`${line}\n`);
const sum = (kills: Record<string, number>): number => Object.values(kills).reduce((all, n) => all + n, 0);

async function proveKills(set: AdapterSet, wanted: number, rounds: number): Promise<boolean> {
  const file = join(options.work, `kills-${set}.jsonl`);
  const done = options.cut ? [] : await readLines(file);
  let killed = done.reduce((all, { kills }) => all + sum(kills), 0);
  if (killed >= wanted) return done.every(isClean);
  const dir = await mkdtemp(join(tmpdir(), 'earshot-proof-'));
  const adapters = await openAdapters(set, dir);
  let isAllClean = done.every(isClean);
  try {
    for (let batch = done.length; killed < wanted; batch++) {
      const result = await killBatch(adapters, dir, options.seed + batch, rounds);
      killed += sum(result.kills);
      isAllClean &&= isClean(result);
      say(`${set} seed ${result.seed}: ${wordsOf(result)}`);
      if (!options.cut) await appendFile(file, `${JSON.stringify({ set, ...result })}\n`);
    }
  } finally {
    await adapters.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
  return isAllClean;
}

async function readLines(file: string): Promise<BatchResult[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BatchResult);
}

const isClean = ({ lost, withoutVerdict, untold, doubled, crashes }: BatchResult): boolean =>
  [lost, withoutVerdict, untold, doubled, crashes].every(({ length }) => length === 0);

function wordsOf(result: BatchResult): string {
  const { kills, candidates, safe, notifications, resends, lost, withoutVerdict, untold, doubled, crashes } = result;
  const counts = `${sum(kills)} kills (${JSON.stringify(kills)}), ${candidates} candidates (${safe} called safe), ${notifications} notifications, ${resends} resent`;
  if (isClean(result)) return `${counts}; none lost, none doubled`;
  return `${counts}; FAULTS ${JSON.stringify({ lost, withoutVerdict, untold, doubled, crashes })}`;
}

await mkdir(options.work, { recursive: true });
let isProven = true;
for (const set of options.cut ? (['embedded'] as const) : options.sets)
  isProven = (await proveKills(set, options.cut ? 30 : options.kills, options.cut ? 12 : options.rounds)) && isProven;
process.exitCode = isProven ? 0 : 1;
