import { Command, CommanderError } from 'commander';
import { asEarshotError, errorLine } from '@earshot/shared/errors.ts';
import { isAbort } from '@earshot/shared/lifecycle/pause.ts';
import { exitStatusOf, type StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { homeFolder } from './home-folder.ts';
import { isService } from './services.js';
import { unknownVariables } from './unknown-variables.ts';

const GROUPS = { home: 'Homeowner:', device: 'Device:', operations: 'Operations:' };
/** Commands that are not listed here appear under operations. */
const GROUP_OF: Record<string, string> = {
  start: GROUPS.home,
  backup: GROUPS.home,
  restore: GROUPS.home,
  doctor: GROUPS.home,
  teach: GROUPS.home,
  device: GROUPS.device,
};

/** Which file registers a command. Only the file of the requested command is loaded: `earshot device` never reads training code. */
const COMMANDS: Record<string, string> = {
  start: 'start',
  device: 'device',
  cloud: 'cloud',
  worker: 'cloud',
  replay: 'replay',
  'replay-worker': 'replay',
  proving: 'replay',
  score: 'replay',
  gate: 'replay',
  train: 'train',
  calibrate: 'train',
  release: 'train',
  doctor: 'doctor',
  fleet: 'fleet',
  tune: 'tune',
  teach: 'teach',
  'teach-lesson': 'teach',
  'teach-bank': 'teach',
  rooms: 'rooms',
  backup: 'home',
  restore: 'home',
};

type Register = (program: Command, stopSignal: StopSignal) => void;

export async function main(argv: string[], requestStop: StopSignal): Promise<void> {
  let stopAsked: AbortSignal | undefined;
  const stopSignal: StopSignal = (withinMs) => (stopAsked = requestStop(withinMs));
  let running: Command | undefined;
  const program = new Command('earshot')
    .description("Reports smoke alarms, CO alarms and breaking glass in a home to the homeowner's phone.")
    .version('0.1.0')
    .exitOverride()
    // Commander writes "error: …"; every error of Earshot begins with its code. The commands created below inherit this.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'USAGE: ')) })
    .showHelpAfterError('Run `npx earshot --help` to see all commands.')
    // Every command uses the same folder. Without this, `earshot cloud` would keep a home in another place than `earshot backup` reads.
    .hook('preAction', () => void (process.env.EARSHOT_HOME = homeFolder()))
    .hook('preAction', (_, command) => void (running = command))
    .hook('preAction', () => {
      if (isService(argv)) for (const line of unknownVariables(process.env)) process.stderr.write(`${line}\n`);
    });
  const asked = COMMANDS[argv[0] ?? ''];
  const files = asked ? [asked] : [...new Set(Object.values(COMMANDS))];
  for (const file of files) {
    const { register } = (await import(`./commands/${file}.ts`)) as { register: Register };
    register(program, stopSignal);
  }
  for (const command of program.commands) command.helpGroup(GROUP_OF[command.name()] ?? GROUPS.operations);
  passOnExits(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? 0 : 2;
      return;
    }
    if (stopAsked && isAbort(thrown, stopAsked)) {
      process.stderr.write('Stopped before it was finished.\n');
      process.exitCode = exitStatusOf(stopAsked);
      return;
    }
    const error = asEarshotError(thrown, 'INTERNAL', '');
    const { code, message } = error;
    const todo = code === 'USAGE' && running ? `See \`${helpOf(running)}\`.` : error.todo;
    process.stderr.write(`${errorLine({ code, message, todo })}\n`);
    if (error.code === 'INTERNAL' || process.env.EARSHOT_DEBUG)
      process.stderr.write(`${String((thrown as Error)?.stack)}\n`);
    process.exitCode = error.exitCode;
  }
}

/**
 * Commander passes `exitOverride` only to commands that the same parent creates afterwards. A wrong option is answered by one line, because
 * the whole help would push the error off the screen.
 */
function passOnExits(command: Command): void {
  for (const child of command.commands)
    passOnExits(child.exitOverride().showHelpAfterError(`Run \`${helpOf(child)}\` to see its options.`));
}

/** The command line that prints the help of a command, such as `npx earshot device pair --help`. */
function helpOf(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) names.unshift(one.name());
  return `npx ${names.join(' ')} --help`;
}
