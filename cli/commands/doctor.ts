import type { Command } from 'commander';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { homeFolder } from '../home-folder.ts';

interface DoctorFlags {
  cloud?: boolean;
  json?: boolean;
}

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('doctor')
    .description('Check what this machine lacks and say how to fix it.')
    .option('--cloud', "also check the cloud's database, bucket and queue that the environment names")
    .option('--json', 'as JSON')
    .action(async ({ cloud = false, json = false }: DoctorFlags) => {
      const { doctor } = await import('../doctor/doctor.ts');
      await doctor({ home: homeFolder(), cloud, json }, stopSignal());
    });
}
