/**
 * Reads the output of one run of jest and prints a report for `.ci/run`: the counts on the first line, then one block
 * per failed test.
 *
 * Usage: node suite-report.ts RESULT.json STDERR.log EXIT_STATUS
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** The fields of jest's `--json` output that are read here. */
export interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    /** The absolute path of the test file. */
    readonly name: string;
    readonly status: string;
    /** The reason why the file could not be loaded, or the messages of all its tests. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

export interface SuiteReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The reasons why the suite failed, as text for people; empty when it passed. */
  readonly lines: readonly string[];
}

const MESSAGE_LINES = 3;
/** How many failed tests are listed. When everything fails, the first failures tell the reason. */
const FAILURES_LISTED = 20;

export function suiteReport(result: JestResult | undefined, stderr: string, status: number, root: string): SuiteReport {
  const failures = (result?.testResults ?? []).flatMap((file) => failuresOf(file, relative(root, file.name)));
  const floors = missedFloors(stderr);
  // A file that could not be loaded contains no failed test, so the file itself counts as one failed test.
  const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
  const lines = failures.slice(0, FAILURES_LISTED).flat();
  if (failures.length > FAILURES_LISTED) lines.push(`and ${failures.length - FAILURES_LISTED} more failed tests`);
  if (floors.length > 0) {
    lines.push(failed === 0 ? 'No test failed, but a coverage floor was missed:' : 'A coverage floor was missed too:');
    lines.push(...floors.map((floor) => `  ${floor}`));
  } else if (status !== 0 && result === undefined) {
    lines.push(`jest ended with exit status ${status} and wrote no result`);
  } else if (status !== 0 && failed === 0) {
    lines.push(`No test failed, but jest ended with exit status ${status}`);
  }
  return {
    passed: result?.numPassedTests ?? 0,
    failed: status !== 0 && failed === 0 ? 1 : failed,
    skipped: result?.numPendingTests ?? 0,
    lines,
  };
}

function failuresOf(file: JestResult['testResults'][number], path: string): string[][] {
  const failed = file.assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && file.status === 'failed') return [[`${path}: could not run`, ...startOf(file.message)]];
  return failed.map((test) => [`${path}: ${test.fullName}`, ...startOf(test.failureMessages?.[0] ?? '')]);
}

/** The first lines of a message that say something, without the stack. */
function startOf(message: string): string[] {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, MESSAGE_LINES)
    .map((line) => `  ${line.trim()}`);
}

/** Jest reports missed coverage floors only on stderr. */
function missedFloors(stderr: string): string[] {
  return stripVTControlCharacters(stderr)
    .split('\n')
    .filter((line) => /^Jest: .*coverage /i.test(line))
    .map((line) => line.slice('Jest: '.length));
}

if (import.meta.main) {
  const [resultFile = '', stderrFile = '', status = '0'] = process.argv.slice(2);
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const json = read(resultFile);
  const report = suiteReport(
    json === '' ? undefined : (JSON.parse(json) as JestResult),
    read(stderrFile),
    Number(status),
    process.cwd(),
  );
  const counts = `${report.passed} ${report.failed} ${report.skipped}`;
  process.stdout.write([counts, ...report.lines].map((line) => `${line}\n`).join(''));
}
