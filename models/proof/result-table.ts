import type { BatchResult } from './kill-batch.ts';

const FAULTS = ['lost', 'withoutVerdict', 'untold', 'doubled', 'corrupt', 'crashes'] as const;

export const isClean = (result: BatchResult): boolean => FAULTS.every((fault) => result[fault].length === 0);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
export const killsOf = (batches: readonly BatchResult[]): number =>
  sum(batches.flatMap(({ kills }) => Object.values(kills)));

/** A Markdown table with one column per set of adapters. */
export function tableOf(results: ReadonlyMap<string, readonly BatchResult[]>): string {
  const sets = [...results];
  const row = (title: string, cell: (batches: readonly BatchResult[]) => number | string) =>
    `| ${title} | ${sets.map(([, batches]) => cell(batches)).join(' | ')} |\n`;
  const kills = (role: string) => (batches: readonly BatchResult[]) =>
    sum(batches.map((batch) => batch.kills[role] ?? 0));
  const faults = (fault: (typeof FAULTS)[number]) => (batches: readonly BatchResult[]) =>
    sum(batches.map((batch) => batch[fault].length));
  return [
    `| | ${sets.map(([set]) => set).join(' | ')} |\n`,
    `| --- | ${sets.map(() => '---').join(' | ')} |\n`,
    row('kills', killsOf),
    row('kills of a device', kills('device')),
    row('kills of an API', kills('api')),
    row('kills of a worker', kills('worker')),
    row('seeds', (batches) => `${batches[0]?.seed ?? ''} to ${batches.at(-1)?.seed ?? ''}`),
    row('times that S3 or SQS failed', (batches) => sum(batches.flatMap((batch) => Object.values(batch.faults ?? {})))),
    row('candidates', (batches) => sum(batches.map(({ candidates }) => candidates))),
    row('notifications', (batches) => sum(batches.map(({ notifications }) => notifications))),
    row('notifications sent again after a kill, with the same id', (batches) =>
      sum(batches.map(({ resends }) => resends)),
    ),
    row('messages put back from the dead letters, after five workers were killed with them', (batches) =>
      sum(batches.map(({ redriven }) => redriven)),
    ),
    row('lost candidates', faults('lost')),
    row('candidates without the right verdict', faults('withoutVerdict')),
    row('lost alerts', faults('untold')),
    row('duplicate notifications', faults('doubled')),
    row('corrupt stores', faults('corrupt')),
    row('processes that ended without a kill', faults('crashes')),
    ...faultRows([...results.values()].flat()),
  ].join('');
}

/** A second table: how often each kind of fault was added. Nothing when there was none. */
function faultRows(batches: readonly BatchResult[]): string[] {
  const counts: Record<string, number> = {};
  for (const { faults } of batches)
    for (const [name, count] of Object.entries(faults ?? {})) counts[name] = (counts[name] ?? 0) + count;
  const rows = Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `| ${name} | ${count} |\n`);
  return rows.length === 0 ? [] : ['\n| fault | times |\n', '| --- | --- |\n', ...rows];
}
