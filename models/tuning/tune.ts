import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { coverage, THRESHOLDS, type CoverageRow } from './coverage.ts';
import { countNaively, estimate, type Estimate, type Outcome } from './estimate.ts';
import { LoggedWindow } from '@earshot/shared/contracts/samples.ts';
import { RealShare } from './real-share.ts';
import { USUAL, type Habits } from './simulated-home.ts';

export interface TunedThreshold {
  threshold: number;
  estimated: Outcome;
  counted: Outcome;
}

/** Adds up the estimates of all homes of a log, for each threshold. */
export function tune(log: readonly LoggedWindow[], thresholds: readonly number[] = THRESHOLDS): TunedThreshold[] {
  const model = new RealShare(log);
  const homes = Map.groupBy(log, ({ home }) => home);
  return thresholds.map((threshold) => ({
    threshold,
    estimated: together([...homes.values()].map((own) => estimate(own, model, threshold))),
    counted: countNaively(log, threshold),
  }));
}

/**
 * Nine scores that split a log into ten equal parts. They come from the log, because no fixed list of thresholds suits
 * every sound.
 */
export function thresholdsOf(log: readonly LoggedWindow[]): number[] {
  const scores = log.map(({ score }) => score).sort((a, b) => a - b);
  const tenths = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => scores[Math.floor((n * scores.length) / 10)] ?? 0.5);
  return [...new Set(tenths.map((score) => Number(score.toFixed(3))))];
}

function together(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: keyof Outcome): Estimate => {
    const all = outcomes.map((outcome) => outcome[of]);
    const is = all.reduce((total, one) => total + one.is, 0);
    // The errors of different homes are independent, so their squares add up.
    const reach = (side: (one: Estimate) => number): number => Math.hypot(...all.map(side));
    return { is, low: is - reach((one) => one.is - one.low), high: is + reach((one) => one.high - one.is) };
  };
  return { falseAlerts: sum('falseAlerts'), misses: sum('misses') };
}

/** Reads a log, which contains one `LoggedWindow` as JSON per line. */
export async function readTuningLog(path: string): Promise<LoggedWindow[]> {
  if (!existsSync(path)) throw new EarshotError('FILE_MISSING', path);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asEarshotError(error, 'USAGE', path);
  });
  return text
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [readMoment(line, `${path}, line ${at + 1},`)]));
}

function readMoment(line: string, where: string): LoggedWindow {
  try {
    return LoggedWindow.parse(JSON.parse(line));
  } catch (error) {
    throw new EarshotError(
      'USAGE',
      `${where} is not a logged moment: it must be one JSON object with home, label, score, propensity and feedback.`,
      { cause: error },
    );
  }
}

export async function writeTuningLog(path: string, log: readonly LoggedWindow[]): Promise<void> {
  await writeFile(path, log.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/** The logged moments of one sound. Throws when the log contains only other sounds, because then the label may be mistyped. */
export function ofLabel(log: readonly LoggedWindow[], label: string): LoggedWindow[] {
  const own = log.filter((one) => one.label === label);
  if (own.length > 0 || log.length === 0) return own;
  const labels = [...new Set(log.map((one) => one.label))].sort().join(', ');
  throw new EarshotError('USAGE', `The log contains nothing about --label ${label}. It contains: ${labels}.`);
}

/** Prints how many moments were logged, then a table with a row for each threshold. */
export function tuneReport(tuned: readonly TunedThreshold[], log: readonly LoggedWindow[]): string {
  if (log.length === 0)
    return 'The log is empty, so there is nothing to estimate from. It begins with the first near miss that a home sends after it has opted in; earlier alerts are not in it.';
  const alerts = log.filter(({ propensity }) => propensity === 1).length;
  const answered = log.filter(({ feedback }) => feedback !== null).length;
  const homes = new Set(log.map(({ home }) => home)).size;
  const words = ({ is, low, high }: Estimate): string => `${is.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
  const rows = markdown(
    ['threshold', 'false alerts', 'misses', 'false alerts by plain counting', 'misses by plain counting'],
    tuned.map(({ threshold, estimated, counted }) => [
      threshold.toFixed(3).replace(/0+$/, ''),
      words(estimated.falseAlerts),
      words(estimated.misses),
      String(counted.falseAlerts.is),
      String(counted.misses.is),
    ]),
  );
  return `${homes} ${homes === 1 ? 'home' : 'homes'}: ${alerts} alerts and ${log.length - alerts} samples, ${answered} of them judged\n${rows}`;
}

/**
 * Shows how often the intervals contain the true value on simulated homes, first with usual members, then with members
 * who answer wrong alerts more often.
 */
export function coverageReport(homes: number, seed: number): string {
  const table = (habits: Habits): string =>
    markdown(
      [
        'threshold',
        'of',
        'truth',
        'estimated',
        'counted',
        'homes covered by the estimate',
        'homes covered by plain counting',
      ],
      [...coverage(homes, seed, habits).map(cells)],
    );
  return [
    `${homes} simulated homes of ${USUAL.days} days, means per home; a home is covered when its 95 % interval contains the true value`,
    table(USUAL),
    '',
    'The same, with members who answer wrong alerts twice as often as right alerts. This breaks the assumption of the estimate.',
    table({ ...USUAL, answersWrongRather: 2 }),
  ].join('\n');
}

const cells = ({ threshold, of, truth, estimated, counted, estimateCovers, countCovers }: CoverageRow): string[] => [
  String(threshold),
  of === 'misses' ? 'misses' : 'false alerts',
  ...[truth, estimated, counted].map((value) => value.toFixed(1)),
  ...[estimateCovers, countCovers].map((share) => `${(100 * share).toFixed(1)} %`),
];

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
