import type { Command } from 'commander';
import { EarshotError } from '@earshot/shared/errors.ts';
import { wholeNumber } from '@earshot/shared/option-values.ts';

interface TuneFlags {
  simulate?: number;
  seed: number;
}

export function register(program: Command): void {
  program
    .command('tune')
    .description(
      'What other thresholds would have done, from a log of alerts and of a random share of what lay just below.',
    )
    .argument('[log]', 'JSON, a moment a line: home, score, propensity, feedback (right, wrong or null)')
    .option(
      '--simulate <homes>',
      'instead of a log: how often the intervals hold the truth on simulated homes',
      wholeNumber(1),
    )
    .option('--seed <n>', 'of the simulation', wholeNumber(1), 1)
    .action(async (log: string | undefined, { simulate, seed }: TuneFlags) => {
      const { coverageReport, readTuningLog, tune, tuneReport } = await import('@earshot/models/tuning/tune.ts');
      if (simulate === undefined && log === undefined)
        throw new EarshotError('SETTING_INVALID', 'Give the file of a log, or --simulate and a number of homes.');
      if (log !== undefined) process.stdout.write(`${tuneReport(tune(await readTuningLog(log)))}\n`);
      if (simulate !== undefined) process.stdout.write(`${coverageReport(simulate, seed)}\n`);
    });
}
