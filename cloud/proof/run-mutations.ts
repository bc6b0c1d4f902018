import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Mutation, MUTATIONS } from './mutations.ts';

// npm run proof:mutations [WORD]: removes each protection once and runs its test, which must fail. Writes the table into PROOF.md.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BEGIN = '<!-- mutations: begin -->';
const END = '<!-- mutations: end -->';

const word = process.argv[2] ?? '';
const chosen = MUTATIONS.filter(({ protection, file }) => `${protection} ${file}`.includes(word));
const survived: Mutation[] = [];
const rows: string[] = [];
for (const mutation of chosen) {
  const failed = await failedTests(mutation);
  if (failed.length === 0) survived.push(mutation);
  rows.push(rowOf(mutation, failed));
  process.stdout.write(`${failed.length > 0 ? 'caught  ' : 'SURVIVED'} ${mutation.protection}\n`);
}
if (word === '') await writeTable(rows);
process.stdout.write(`${chosen.length - survived.length} caught, ${survived.length} survived\n`);
process.exitCode = survived.length === 0 ? 0 : 1;

/** Titles of the tests that fail without the protection. */
async function failedTests({ file, find, replace, test }: Mutation): Promise<string[]> {
  const path = `${ROOT}${file}`;
  const original = await readFile(path, 'utf8');
  if (original.split(find).length !== 2) throw new Error(`${file}: "${find}" must occur once`);
  await writeFile(
    path,
    original.replace(find, () => replace),
  );
  try {
    return await runTest(test);
  } finally {
    await writeFile(path, original);
  }
}

async function runTest(test: string): Promise<string[]> {
  const jest = `${ROOT}node_modules/jest/bin/jest.js`;
  const child = spawn(process.execPath, ['--experimental-vm-modules', jest, '--json', '--forceExit', test], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  await once(child, 'close');
  const { testResults } = JSON.parse(output.slice(output.indexOf('{'))) as {
    testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  const assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
  // A file that does not even load proves nothing about its tests.
  if (assertions.length === 0) throw new Error(`${test} did not run: ${testResults[0]?.message ?? ''}`);
  return assertions.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
}

function rowOf({ protection, file, test }: Mutation, failed: readonly string[]): string {
  const [first = '(none: it survived)'] = failed;
  const others = failed.length > 1 ? `, and ${failed.length - 1} more` : '';
  return `| ${protection} | \`${file}\` | \`${test}\`: ${first.replaceAll('|', '\\|')}${others} |`;
}

async function writeTable(lines: readonly string[]): Promise<void> {
  const path = `${ROOT}PROOF.md`;
  const text = await readFile(path, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`PROOF.md needs ${BEGIN} and ${END}`);
  const table = ['| protection | removed in | test that fails |', '| --- | --- | --- |', ...lines].join('\n');
  await writeFile(path, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}
