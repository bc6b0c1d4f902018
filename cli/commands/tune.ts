import type { Command } from 'commander';
import { EarshotError } from '@earshot/shared/errors.ts';

interface TuneFlags {
  simulate?: string;
  seed: string;
}

export function register(program: Command): void {
  program
    .command('tune')
    .description(
      'What other thresholds would have done, from a log of alerts and of a random share of what lay just below.',
    )
    .argument('[log]', 'JSON, a moment a line: home, score, propensity, feedback (right, wrong or null)')
    .option('--simulate <homes>', 'instead of a log: how often the intervals hold the truth on simulated homes')
    .option('--seed <n>', 'of the simulation', '1')
    .action(async (log: string | undefined, { simulate, seed }: TuneFlags) => {
      const { coverageReport, readTuningLog, tune, tuneReport } = await import('@earshot/models/tuning/tune.ts');
      if (simulate === undefined && log === undefined)
        throw new EarshotError('SETTING_INVALID', 'Give the file of a log, or --simulate and a number of homes.');
      if (log !== undefined) process.stdout.write(`${tuneReport(tune(await readTuningLog(log)))}\n`);
      if (simulate !== undefined)
        process.stdout.write(`${coverageReport(whole('--simulate', simulate), whole('--seed', seed))}\n`);
    });
}

function whole(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new EarshotError('SETTING_INVALID', `${flag} is "${text}", not a whole number from 1.`);
  return number;
}
