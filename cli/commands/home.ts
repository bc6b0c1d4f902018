import type { Command } from 'commander';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { homeFolder } from '../home-folder.ts';

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('backup')
    .description(
      'Write everything of this home into one file, even while Earshot runs. Keep that file safe: it contains the keys.',
    )
    .argument('<file>', 'e.g. earshot.tar.gz; - for stdout')
    .option('--force', 'replace the file if it exists')
    .action(async (file: string, { force = false }: { force?: boolean }) => {
      const { backUp } = await import('../home/backup.ts');
      await backUp(homeFolder(), file, stopSignal(), { force });
      process.stderr.write(`wrote ${file === '-' ? 'the backup' : file}\n`);
    });

  program
    .command('restore')
    .description('Restore a home from a backup into an empty EARSHOT_HOME.')
    .argument('<file>', 'a file that `earshot backup` wrote; - for stdin')
    .action(async (file: string) => {
      const { restore } = await import('../home/restore.ts');
      const home = homeFolder();
      await restore(home, file, stopSignal());
      process.stdout.write(`restored ${home}\n`);
    });
}
