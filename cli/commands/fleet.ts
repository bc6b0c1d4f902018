import type { Command } from 'commander';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';

interface FleetFlags {
  url?: string;
  halt?: string;
  json?: boolean;
}

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('fleet')
    .description(
      'Homes, devices, releases, the roll-out and false alerts of a running cloud. Needs EARSHOT_OPERATIONS_TOKEN.',
    )
    .option('--url <address>', 'of the cloud', process.env.EARSHOT_PUBLIC_URL ?? 'http://127.0.0.1:8080')
    .option('--halt <reason>', 'halt the roll-out: every device goes back to the release before')
    .option('--json', 'as JSON')
    .action(async ({ url = '', halt, json = false }: FleetFlags) => {
      const token = process.env.EARSHOT_OPERATIONS_TOKEN;
      if (!token)
        throw new EarshotError(
          'SETTING_INVALID',
          'EARSHOT_OPERATIONS_TOKEN is not set: it is the one that the cloud was started with.',
        );
      const { askFleet } = await import('../fleet/ask-fleet.ts');
      const { fleetReport } = await import('../fleet/fleet-report.ts');
      const fleet = await askFleet({ url, token, ...(halt === undefined ? {} : { halt }), signal: stopSignal() });
      process.stdout.write(`${json ? JSON.stringify(fleet) : fleetReport(fleet)}\n`);
    });
}
