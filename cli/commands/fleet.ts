import type { Command } from 'commander';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';

interface FleetFlags {
  url?: string;
  halt?: string;
  pause?: boolean;
  start?: boolean;
  json?: boolean;
}

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('fleet')
    .description(
      'Homes, devices, releases, the roll-out and false alerts of a running cloud. Needs EARSHOT_OPERATIONS_TOKEN.',
    )
    .option('--url <address>', 'address of the cloud', process.env.EARSHOT_PUBLIC_URL ?? 'http://127.0.0.1:8080')
    .option('--halt <reason>', 'halt the roll-out: every device returns to the previous release')
    .option('--pause', 'offer the release to no further device')
    .option('--start', 'start the roll-out of the release in EARSHOT_NEXT_RELEASE_DIR, or continue it after --pause')
    .option('--json', 'as JSON')
    .action(async ({ url = '', halt, pause, start, json = false }: FleetFlags) => {
      const { askFleet } = await import('../fleet/ask-fleet.ts');
      const { cloudAddress, operationsToken } = await import('../fleet/ask-operations.ts');
      const { fleetReport } = await import('../fleet/fleet-report.ts');
      const fleet = await askFleet({
        url: cloudAddress(url),
        token: operationsToken(),
        ...(halt !== undefined
          ? { rollout: 'halt' as const, reason: halt }
          : pause
            ? { rollout: 'pause' as const }
            : start
              ? { rollout: 'start' as const }
              : {}),
        signal: stopSignal(),
      });
      process.stdout.write(`${json ? JSON.stringify(fleet) : fleetReport(fleet)}\n`);
    });
}
