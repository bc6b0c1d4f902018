import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { register } from '../command.ts';

let dir: string;
const said = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
afterAll(() => void said.mockRestore());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate-'));
});
afterEach(async () => {
  process.exitCode = 0;
  await rm(dir, { recursive: true });
});

/** Checks two homes with these numbers of candidates against a limit of 5 candidates a day. Returns the exit status. */
async function statusOf(counts: [number, number], days: number): Promise<unknown> {
  const values = counts.map((count, n) => {
    const perDay = count / days;
    return { value: `home ${n}`, homes: 1, days, count, perDay, low: perDay / 2, high: 2 * perDay };
  });
  const slices = [{ by: 'pets', values, dispersion: 1, gap: null }];
  const report = {
    release: '2026-01-01.1',
    stages: {},
    houseDays: { days: 2 * days, stages: { device: { defaultModes: { slices } } } },
    problems: [],
    speed: { realTimeFactorPerCore: 1, peakRssMb: 1 },
  };
  const bars = { columns: ['pets'], perDay: 5, minDays: 10, why: 'test' };
  const policy = { about: 'test', stages: {}, houseDays: { days: 2, stages: { device: [bars] } } };
  await writeFile(join(dir, 'report.json'), JSON.stringify(report));
  await writeFile(join(dir, 'policy.json'), JSON.stringify(policy));
  const program = new Command('earshot');
  register(program, () => new AbortController().signal);
  await program.parseAsync(['gate', dir, '--policy', join(dir, 'policy.json')], { from: 'user' });
  return process.exitCode ?? 0;
}

test.each([
  ['0 when the whole interval of every home is below the limit', [2, 4], 2, 0],
  ['0 when the interval of a home contains the limit, but enough days were played', [20, 40], 10, 0],
  ['1 when the whole interval of a home is above the limit', [2, 40], 2, 1],
  ['3 when the interval of a home contains the limit and too few days were played', [2, 8], 2, 3],
] as const)('the exit status of the gate is %s', async (_, counts, days, status) => {
  expect(await statusOf([...counts], days)).toBe(status);
});
