import { Command, CommanderError } from 'commander';
import { asEarshotError } from '@earshot/shared/errors.ts';

/** A command file registers itself; it imports what it runs only when it runs, so `--help` stays quick. */
const COMMANDS = ['start', 'device', 'cloud', 'replay', 'train', 'doctor'] as const;

export async function main(argv: string[]): Promise<void> {
  const program = new Command('earshot')
    .description('Hears smoke alarms, CO alarms and breaking glass in a home, and tells the homeowner\'s phone.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError();
  for (const name of COMMANDS) {
    const { register } = (await import(`./commands/${name}.ts`)) as { register(program: Command): void };
    register(program);
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? 0 : 2;
      return;
    }
    const error = asEarshotError(thrown, 'INTERNAL', '');
    process.stderr.write(`${error.toLine()}\n`);
    if (error.code === 'INTERNAL' || process.env.EARSHOT_DEBUG) process.stderr.write(`${String((thrown as Error)?.stack)}\n`);
    process.exitCode = error.exitCode;
  }
}
