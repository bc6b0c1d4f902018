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
      // Loading the checks and the network takes most of a minute on a small computer.
      if (!json) process.stdout.write('Earshot checks this machine; that takes up to a minute.\n');
      const { doctor } = await import('../doctor/doctor.ts');
      await doctor({ home: homeFolder(), cloud, json }, stopSignal());
    });
}
