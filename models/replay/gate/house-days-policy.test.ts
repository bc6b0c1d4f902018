/** The gate on house days stops a release in which one kind of home gets far more than others. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { columnsOfHome } from '../../scenes/homes/home-columns.ts';
import { drawHomes, HOMES, type Home } from '../../scenes/homes/home.ts';
import { houseDayColumns } from '../metrics/house-day-slices.ts';
import { writeJson } from '../report/report-json.ts';
import { gateText, outcomeOf } from './check.ts';
import { checkPolicy } from './gate.ts';
import { Policy, readPolicy } from './gate-policy.ts';
import type { ReportFile } from './report-file.ts';

const policy = await readPolicy(join(import.meta.dirname, 'house-days-policy.json'));
const HOMES_OF_SEED = drawHomes('replay/10');

/** Candidates on the days of one home after the other, 9.75 on average: as uneven as those of release 2026-11-29.7. */
const CANDIDATES = [16, 3, 9, 16, 2, 7, 15, 10];

const candidatesOn = (day: number): number => CANDIDATES[day % CANDIDATES.length] as number;
/** One false alert in seven days, as with release 2026-11-29.7. */
const alertsOn = (day: number): number => (day % 7 === 3 ? 1 : 0);

interface Made {
  days: number;
  /** How many times as many candidates or false alerts a home has. */
  candidates?: (columns: Record<string, string>) => number;
  alerts?: (columns: Record<string, string>) => number;
}

/** A report of house days, as the gate reads it from report.json. */
function reportOf({ days, candidates = () => 1, alerts = () => 1 }: Made): ReportFile {
  const homes = Array.from({ length: days }, (_, day) => columnsOfHome(HOMES_OF_SEED[day % HOMES] as Home));
  const stage = (count: (columns: Record<string, string>, day: number) => number) => ({
    defaultModes: { slices: houseDayColumns(homes.map((slices, day) => ({ slices, count: count(slices, day) }))) },
  });
  const report = {
    release: '2026-11-29.7',
    stages: {},
    houseDays: {
      days,
      stages: {
        device: stage((columns, day) => candidates(columns) * candidatesOn(day)),
        both: stage((columns, day) => alerts(columns) * alertsOn(day)),
      },
    },
    problems: [],
    speed: { realTimeFactorPerCore: 100, peakRssMb: 300 },
  };
  return JSON.parse(writeJson(report)) as ReportFile;
}

const checked = (made: Made) => checkPolicy(policy, reportOf(made));
const failed = (made: Made): string[] =>
  checked(made).flatMap(({ what, outcome }) => (outcome === 'failed' ? [what] : []));

test('a hundred days of a release whose homes are alike pass', () => {
  const checks = checked({ days: 100 });
  expect(gateText('2026-11-29.7', checks)).toBe(
    `Release 2026-11-29.7 passes: it meets all ${checks.length} requirements.\n`,
  );
});

describe('a kind of home with ten times as many as others stops the release', () => {
  const kinds = [
    ['site', 'village'],
    ['dwelling', 'dense flat'],
    ['dwelling', 'house'],
    ['pets', 'dog'],
    ['pets', 'cat'],
    ['children', 'yes'],
    ['device in', 'kitchen'],
    ['microphone', 'cheap camera'],
  ] as const;
  const times = (by: string, value: string) => (columns: Record<string, string>) => (columns[by] === value ? 10 : 1);

  test.each(kinds)('candidates of homes with %s = %s', (by, value) => {
    const found = failed({ days: 100, candidates: times(by, value) }).join('\n');
    expect(found).toContain(`device: homes with ${by} = ${value}: candidates a day`);
    expect(found).toContain(`device: homes with ${by} = ${value}: candidates a day, as a multiple of those with`);
  });

  test.each(kinds)('false alerts of homes with %s = %s', (by, value) => {
    const found = failed({ days: 100, alerts: times(by, value) });
    expect(found).toContain(`both: homes with ${by} = ${value}: false alerts a day`);
  });

  test('also on the few days that were played, where it is statistically clear', () => {
    expect(failed({ days: 12, candidates: times('dwelling', 'dense flat') })).toContain(
      'device: homes with dwelling = dense flat: candidates a day',
    );
  });
});

test('one home with ten times as many candidates does not stop the release: it says little about its kind of home', () => {
  expect(failed({ days: 100, candidates: ({ home }) => (home === 'home-03' ? 10 : 1) })).toEqual([]);
});

describe('twelve days of a release whose homes are alike', () => {
  const checks = checked({ days: 12 });

  test('neither pass nor fail', () => expect(outcomeOf(checks)).toBe('undecided'));

  test('are said to be too few, with the days that are needed', () => {
    const text = gateText('2026-11-29.7', checks);
    expect(text).toContain('TOO FEW DAYS  house days played: 12, must be at least 100\n');
    expect(text).toMatch(
      /TOO FEW DAYS {2}both: homes with microphone = cheap camera: false alerts a day: 0 \(95 %: 0 to 1\.844\), must be surely at most 0\.4 \(2 of 16 days were played\)/,
    );
    expect(text).toMatch(/Too few days to tell whether release 2026-11-29\.7 passes: it misses no requirement/);
  });
});

test('a column of which only one value was played is undecided', () => {
  const report = reportOf({ days: 1 });
  expect(checkPolicy(policy, report)).toContainEqual({
    what: 'both: homes by pets',
    is: '1 value',
    bar: 'at least 2',
    outcome: 'undecided',
  });
});

test('a replay without house days, or without a column that the policy names, does not pass', () => {
  const report = reportOf({ days: 100 });
  const { houseDays: _, ...without } = report;
  expect(outcomeOf(checkPolicy(policy, without))).toBe('failed');
  const language = Policy.parse({
    about: 'test',
    stages: {},
    houseDays: { days: 100, stages: { both: [{ columns: ['language'], ratio: 3, minDays: 1, why: 'test' }] } },
  });
  expect(checkPolicy(language, report)).toContainEqual({
    what: 'both: homes by language',
    is: 'not measured',
    bar: 'measured',
    outcome: 'failed',
  });
});
