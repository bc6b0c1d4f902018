import type { Command } from 'commander';
import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { wholeNumber } from '@earshot/shared/option-values.ts';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';

interface TuneFlags {
  from?: string;
  home?: string;
  label?: string;
  save?: string;
  simulate?: number;
  seed: number;
}

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('tune')
    .description(
      'Estimate alerts and misses at other thresholds, from a log of alerts and a random share of the moments just below the threshold.',
    )
    .argument('[log]', 'JSON, one moment per line: home, label, score, propensity, feedback (right, wrong or null)')
    .option(
      '--from <address>',
      'address of a running cloud whose log is read instead of a file. Needs EARSHOT_OPERATIONS_TOKEN',
    )
    .option('--home <id>', 'with --from: only this home')
    .option('--label <label>', 'only this sound; thresholds of different sounds cannot be compared')
    .option('--save <file>', 'write the log to a file as well')
    .option(
      '--simulate <homes>',
      'instead of a log: simulate homes, and measure how often the confidence intervals contain the true value',
      wholeNumber(1),
    )
    .option('--seed <n>', 'seed of the simulation', wholeNumber(1), 1)
    .action(async (path: string | undefined, { from, home, label, save, simulate, seed }: TuneFlags) => {
      const { coverageReport, ofLabel, readTuningLog, thresholdsOf, tune, tuneReport, writeTuningLog } =
        await import('@earshot/models/tuning/tune.ts');
      const { askTuningLog } = await import('../tune/ask-tuning-log.ts');
      const { cloudAddress, operationsToken } = await import('../fleet/ask-operations.ts');
      let log: LoggedWindow[] | null = null;
      if (from !== undefined)
        log = await askTuningLog({ url: cloudAddress(from), token: operationsToken(), signal: stopSignal() }, home);
      else if (path !== undefined) log = await readTuningLog(path);
      if (log === null && simulate === undefined)
        throw new EarshotError(
          'USAGE',
          'Give one of these: the file of a log, --from with the address of a cloud, or --simulate with a number of homes.',
        );
      if (log !== null) {
        if (save !== undefined) await writeTuningLog(save, log);
        const own = label === undefined ? log : ofLabel(log, label);
        process.stdout.write(`${tuneReport(tune(own, thresholdsOf(own)), own)}\n`);
      }
      if (simulate !== undefined) process.stdout.write(`${coverageReport(simulate, seed)}\n`);
    });
}
