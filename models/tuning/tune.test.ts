import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { coverage } from './coverage.ts';
import { countNaively, estimate } from './estimate.ts';
import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';
import { RealShare } from './real-share.ts';
import { outcomeOf, simulateHome, USUAL } from './simulated-home.ts';
import { coverageReport, ofLabel, readTuningLog, tune, tuneReport } from './tune.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the estimate of false alerts and misses at another threshold', () => {
  const rows = coverage(200, 1);

  test('the intervals of the estimate contain the true value in about 95 of 100 homes; those of plain counting do not', () => {
    expect(mean(rows.map(({ estimateCovers }) => estimateCovers))).toBeGreaterThan(0.94);
    for (const row of rows) expect(row.estimateCovers).toBeGreaterThan(0.91);
    expect(mean(rows.map(({ countCovers }) => countCovers))).toBeLessThan(0.3);
  });

  test('the estimate has no bias: its mean over all homes is close to the mean true value', () => {
    for (const { truth, estimated } of rows) expect(Math.abs(estimated - truth)).toBeLessThan(0.1 * truth + 1);
  });

  test('the intervals are too narrow when members answer wrong alerts more often than right ones', () => {
    const broken = coverage(200, 1, { ...USUAL, answersWrongRather: 2 });
    expect(mean(broken.map(({ estimateCovers }) => estimateCovers))).toBeLessThan(0.8);
  });

  test('a logged moment (an alert or a sample) without an answer counts neither as right nor as wrong', () => {
    const one = (feedback: LoggedWindow['feedback'], score = 0.9): LoggedWindow => ({
      home: 'a',
      score,
      propensity: 1,
      feedback,
    });
    const said = [...Array<LoggedWindow>(10).fill(one('wrong')), ...Array<LoggedWindow>(10).fill(one('right'))];
    const silent = [...said, ...Array<LoggedWindow>(20).fill(one(null))];
    const of = (log: LoggedWindow[]) => estimate(log, new RealShare(log), 0.5).falseAlerts;
    expect(of(said).is).toBeCloseTo(10, 6);
    expect(of(silent).is).toBeCloseTo(20, 6);
    expect(of(silent).high - of(silent).low).toBeGreaterThan(of(said).high - of(said).low);
    expect(countNaively(silent, 0.5).falseAlerts.is).toBe(10);
  });

  test('the estimate is exact when every logged moment was sent and answered', () => {
    const home = simulateHome(3, { ...USUAL, share: 1 });
    const log = home.truth.map(({ score, real }): LoggedWindow => ({
      home: '3',
      score,
      propensity: 1,
      feedback: real ? 'right' : 'wrong',
    }));
    const { falseAlerts, misses } = estimate(log, new RealShare(log), 0.5);
    const truth = outcomeOf(home, 0.5);
    expect(falseAlerts.is).toBeCloseTo(truth.falseAlerts, 6);
    expect(misses.is).toBeCloseTo(truth.misses, 6);
  });
});

describe('earshot tune', () => {
  test('reads a log and shows, for each threshold, the sums over all homes', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'earshot-tune-'));
    const homes = [1, 2, 3].map((seed) => simulateHome(seed));
    const path = join(dir, 'log.jsonl');
    await writeFile(path, homes.flatMap(({ log }) => log.map((one) => JSON.stringify(one))).join('\n'));
    const tuned = tune(await readTuningLog(path), [0.5, 0.7]);
    const truth = homes.reduce((sum, home) => sum + outcomeOf(home, 0.5).falseAlerts, 0);
    expect(tuned[0]?.estimated.falseAlerts.low).toBeLessThan(truth);
    expect(tuned[0]?.estimated.falseAlerts.high).toBeGreaterThan(truth);
    expect(tuneReport(tuned, await readTuningLog(path)).split('\n')).toHaveLength(5);
    await writeFile(path, '{"home":"a","score":2}');
    await expect(readTuningLog(path)).rejects.toMatchObject({
      code: 'USAGE',
      detail: expect.stringContaining(`${path}, line 1, is not a logged moment`),
    });
    await rm(dir, { recursive: true });
    await expect(readTuningLog(path)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: path,
    });
  });

  test('shows in how many simulated homes the intervals contain the true value', () => {
    expect(coverageReport(5, 1).split('\n')).toHaveLength(2 * 14 + 3);
  });
});

test('for an empty log, the report says that it is empty and shows no table', () => {
  expect(tuneReport([], [])).toMatch(/^The log is empty, .* begins with the first near miss [^|]*$/);
});

test('a label that the log does not contain is refused, with the labels that it contains', () => {
  const about = (label: string) => ({ home: 'a', label, score: 0.5, propensity: 1, feedback: null });
  const log = [about('smoke_alarm'), about('glass_break'), about('glass_break')];
  expect(ofLabel(log, 'glass_break')).toHaveLength(2);
  expect(ofLabel([], 'smoke')).toEqual([]);
  expect(() => ofLabel(log, 'smoke')).toThrow('--label smoke. It contains: glass_break, smoke_alarm.');
});
