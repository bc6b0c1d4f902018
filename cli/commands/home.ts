import type { Command } from 'commander';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { homeFolder } from '../home-folder.ts';

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('backup')
    .description(
      'Write everything of this home into one file, also while Earshot runs. Keep it safe: it holds the keys.',
    )
    .argument('<file>', 'e.g. earshot.tar.gz; - for stdout')
    .action(async (file: string) => {
      const { backUp } = await import('../home/backup.ts');
      await backUp(homeFolder(), file, stopSignal());
      process.stderr.write(`wrote ${file === '-' ? 'the backup' : file}\n`);
    });

  program
    .command('restore')
    .description('Put a home back from a backup, into an EARSHOT_HOME that is empty.')
    .argument('<file>', 'what `earshot backup` wrote; - for stdin')
    .action(async (file: string) => {
      const { restore } = await import('../home/restore.ts');
      const home = homeFolder();
      await restore(home, file, stopSignal());
      process.stdout.write(`restored ${home}\n`);
    });
}
