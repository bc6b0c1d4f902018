import { parseArgs } from 'node:util';
import { sendMutated } from './send-mutated.ts';

/**
 * `npm run proof:inputs -- [--count 100000] [--seed 1]`: sends mutated requests to every route of a real cloud, and
 * mutated clips to its decoder. No input may cause a 5xx, a missing answer, or an error that is not in the catalogue.
 * Ctrl-C ends it early and prints what was found so far.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
let shownMs = 0;
const onProgress = (done: number): void => {
  if (Date.now() - shownMs < 5_000 && done < count) return;
  shownMs = Date.now();
  process.stderr.write(`${done} of ${count}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB\n`);
};
const { requests, clips, statuses, faults } = await sendMutated(count, Number(values.seed), {
  signal: stopped.signal,
  onProgress,
});
for (const fault of faults) process.stdout.write(`${fault}\n`);
const answers = Object.entries(statuses)
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([status, times]) => `${status}: ${times}`)
  .join(', ');
process.stdout.write(
  `${requests} requests (${answers}) and ${clips} clips, seed ${values.seed}: ${faults.length} faults\n`,
);
process.exit(faults.length === 0 ? 0 : 1);
