import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLOUD_MUTATIONS } from './cloud.ts';
import { DEVICE_MUTATIONS } from './device.ts';
import type { Mutation } from './mutation.ts';
import { ScratchCopy } from './scratch-copy.ts';

/**
 * `npm run proof:mutations [-- WORD] [--fresh]`: removes one protection after the other, in a copy of the working tree,
 * and runs its test, which must then fail. Writes the rows into the table in PROOF.md. A run that was stopped
 * continues: a protection is tested again only when its file or its test has changed.
 */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RESULTS = `${ROOT}.cache/proof/mutations.jsonl`;
const BEGIN = '<!-- mutations: begin -->';
const END = '<!-- mutations: end -->';
const HEAD = ['| item | protection | removed in | test that fails |', '| --- | --- | --- | --- |'];

interface Result {
  key: string;
  failed: string[];
}

const words = process.argv.slice(2);
const [word = ''] = words.filter((given) => given !== '--fresh');
if (words.includes('--fresh')) await rm(RESULTS, { force: true });
await mkdir(dirname(RESULTS), { recursive: true });
const known = new Map((await readResults()).map(({ key, failed }) => [key, failed]));

const all = [...DEVICE_MUTATIONS, ...CLOUD_MUTATIONS].sort((a, b) => (a.item ?? Infinity) - (b.item ?? Infinity));
const chosen = all.filter(({ protection, file, test }) => `${protection} ${file} ${test}`.includes(word));
const rows = new Map<string, string>();
const survived: string[] = [];
const copy = new ScratchCopy(ROOT);
try {
  await copy.make();
  for (const mutation of chosen) {
    const key = await keyOf(mutation);
    let failed = known.get(key);
    if (!failed) {
      failed = await copy.failedWithout(mutation);
      await appendFile(RESULTS, `${JSON.stringify({ key, failed } satisfies Result)}\n`);
    }
    if (failed.length === 0) survived.push(mutation.protection);
    rows.set(mutation.protection, rowOf(mutation, failed));
    process.stdout.write(`${failed.length > 0 ? 'caught  ' : 'SURVIVED'} ${mutation.protection}\n`);
  }
} finally {
  await copy.remove();
}
await writeRows(rows);
process.stdout.write(`${chosen.length - survived.length} caught, ${survived.length} survived\n`);
process.exitCode = survived.length === 0 ? 0 : 1;

async function readResults(): Promise<Result[]> {
  const text = await readFile(RESULTS, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Result);
}

async function keyOf(mutation: Mutation): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(mutation));
  for (const file of [mutation.file, mutation.test]) hash.update(await readFile(`${ROOT}${file}`));
  return hash.digest('hex');
}

function rowOf({ item, protection, file, test }: Mutation, failed: readonly string[]): string {
  const [first = '(none: it survived)'] = failed;
  const others = failed.length > 1 ? `, and ${failed.length - 1} more` : '';
  return `| ${item ?? ''} | ${protection} | \`${file}\` | \`${test}\`: ${first.replaceAll('|', '\\|')}${others} |`;
}

/** Rows of protections that were not selected stay unchanged. */
async function writeRows(fresh: ReadonlyMap<string, string>): Promise<void> {
  const path = `${ROOT}PROOF.md`;
  const text = await readFile(path, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const [table, after] = rest?.split(END) ?? [];
  if (before === undefined || table === undefined || after === undefined)
    throw new Error(`PROOF.md needs ${BEGIN} and ${END}`);
  const kept = new Map(table.split('\n').map((row) => [row.split('|')[2]?.trim() ?? '', row]));
  const lines = all.flatMap(({ protection }) => fresh.get(protection) ?? kept.get(protection) ?? []);
  await writeFile(path, `${before}${BEGIN}\n\n${[...HEAD, ...lines].join('\n')}\n\n${END}${after}`);
}
