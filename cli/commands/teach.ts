import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';

interface TeachFlags {
  examples: string;
  check?: string;
  class: 'security' | 'upkeep';
  label?: string;
  home?: string;
  out?: string;
  release: string;
  bank: string;
}

const path = (below: string): string => fileURLToPath(new URL(`../../models/${below}`, import.meta.url));

export function register(program: Command, stopSignal: StopSignal): void {
  program
    .command('teach')
    .description(
      'Teach a sound of this home from five recordings of it; takes half a minute, or some minutes on a busy machine.',
    )
    .argument('<name>', 'e.g. "Doorbell"')
    .requiredOption('--examples <dir>', 'folder with five WAV files or more; each contains the sound once')
    .option('--check <file>', 'another recording, on which the result is checked')
    .addOption(
      new Option('--class <class>', 'class of the sound, which decides how it alerts')
        .choices(['security', 'upkeep'])
        .default('security'),
    )
    .option('--label <label>', 'label of a taught sound, to teach it again')
    .option('--home <dir>', 'an EARSHOT_HOME: its device listens for the sound from its next start on')
    .option('--out <file>', 'write the taught sound to a file')
    .option('--release <dir>', 'the release whose trunk it is trained on', path('release'))
    .option('--bank <dir>', 'bank of other sounds (embeddings of that trunk)', path('release-bank'))
    .addHelpText('after', '\nWithout --home and --out it is only a trial: the result is shown, but not saved.')
    .action(async (name: string, flags: TeachFlags) => {
      // Loading takes seconds on a small computer.
      process.stdout.write(`Teaching "${name}"; that takes half a minute, or some minutes on a busy machine.\n`);
      const say = (line: string): void => void process.stdout.write(`${line}\n`);
      const { teachCommand } = await import('@earshot/models/teaching/teach-command.ts');
      say(await teachCommand({ name, ...flags, say, signal: stopSignal() }));
    });

  program
    .command('teach-lesson', { hidden: true })
    .description('Used by the cloud: teach a sound from recordings on standard input; prints the result.')
    .argument('<label>', 'label of the taught sound')
    .option('--release <dir>', 'the release whose trunk it is trained on', path('release'))
    .option('--bank <dir>', 'bank of other sounds (embeddings of that trunk)', path('release-bank'))
    .action(async (label: string, flags: { release: string; bank: string }) => {
      const { lessonCommand } = await import('@earshot/models/teaching/lesson-command.ts');
      process.stdout.write(await lessonCommand(label, { ...flags, signal: stopSignal() }));
    });

  program
    .command('teach-bank')
    .description('Make the bank of other sounds that `earshot teach` needs, for a release with another trunk.')
    .requiredOption(
      '--corpus <dir>',
      'folder of a corpus with manifest.csv (docs/corpus.md); only its splits train and rir are used',
    )
    .option('--release <dir>', 'the release', path('release'))
    .option('--out <dir>', 'folder for the bank', path('release-bank'))
    .action(async (flags: { corpus: string; release: string; out: string }) => {
      const { makeBank } = await import('@earshot/models/teaching/bank-command.ts');
      process.stdout.write(`${await makeBank({ ...flags, signal: stopSignal() })}\n`);
    });
}
