import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { SelfTestResult } from './actions/self-test.ts';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';
import { refuseUnknownSubcommand, webAddress, wholeNumber } from '@earshot/shared/option-values.ts';
import { withoutPasswords } from './audio/without-passwords.ts';

const OWN_RELEASE = fileURLToPath(new URL('../models/release', import.meta.url));

interface DeviceFlags {
  listen: string[];
  cloud?: string;
  release: string;
  json?: boolean;
  fast?: boolean;
  rate: number;
  channels: number;
}

/** `earshot device …`. The code of each subcommand is imported when it runs, so that `--help` is quick. */
export function register(program: Command, stopSignal: StopSignal): void {
  const device = program
    .command('device')
    .description(
      'Listen, as a daemon. Settings: EARSHOT_HOME/device.conf (written, with comments, at the first start).',
    )
    .option(
      '--listen <source>',
      'mic | alsa:DEVICE | pulse:DEVICE | pipewire:TARGET | FILE | - | rtsp://…; repeat for several',
      collect,
      [],
    )
    .option('--cloud <url>', 'address of the cloud; without a cloud the device keeps its candidates', webAddress)
    .option('--release <dir>', 'folder of the model release', OWN_RELEASE)
    .option('--json', 'print only JSON lines on stdout')
    .option('--fast', 'play files as fast as possible')
    .option('--rate <hz>', 'sample rate of raw PCM on stdin', wholeNumber(1_000, 384_000), 16_000)
    .option('--channels <n>', 'channels of raw PCM on stdin', wholeNumber(1, 32), 1)
    // Commander adds `help` only to commands that have no action of their own.
    .helpCommand(true)
    .allowExcessArguments()
    .action(async (flags: DeviceFlags, command: Command) => {
      refuseUnknownSubcommand(command, hintToListen);
      const { listen } = await import('./commands/listen.ts');
      const { cloud, json = false, fast = false, release } = flags;
      await listen({ ...flags, home: home(), releaseDir: release, cloud, json, fast }, stopSignal());
    });

  device
    .command('pair')
    .description('Join a home with the pairing code that its app shows.')
    .argument('<code>', '8 characters; valid for 10 minutes')
    .option('--cloud <url>', 'the cloud that issued the code', webAddress)
    .option('--name <name>', 'what the app calls this device')
    .option('--room <room>', 'the room in which it stands')
    .action(async (code: string, flags: { cloud?: string; name?: string; room?: string }, command: Command) => {
      const { pairDevice } = await import('./uplink/credentials.ts');
      const { readConfiguration } = await import('./settings/configuration.ts');
      const configuration = await readConfiguration(home(), process.env);
      const { cloud: outer } = command.parent?.opts<{ cloud?: string }>() ?? {};
      const url = flags.cloud ?? outer ?? configuration.cloud;
      if (!url) throw new EarshotError('USAGE', 'No cloud is named. Use --cloud URL, or set cloud in device.conf.');
      const name = flags.name ?? `${configuration.name} ${hostname()}`.slice(0, 60);
      const { homeName } = await pairDevice(
        { home: home(), url, code, name, room: flags.room ?? configuration.room },
        stopSignal(),
      );
      say(`paired with ${homeName || url}`);
    });

  device
    .command('status')
    .description('Show the state of the daemon on this machine.')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { askDaemon } = await import('./control.ts');
      const status = (await askDaemon(home(), 'GET /status')) as Status;
      const asJson = json ?? command.parent?.opts<{ json?: boolean }>().json;
      say(asJson ? JSON.stringify(status) : inWords(status));
    });

  device
    .command('selftest')
    .description('Play a short tone and check that the microphone picks it up; needs a running device.')
    .action(async () => {
      const { askDaemon } = await import('./control.ts');
      const { heard, aboveDb } = (await askDaemon(home(), 'POST /selftest')) as SelfTestResult;
      say(`${heard ? 'heard' : 'NOT heard'}: the tone was ${aboveDb.toFixed(0)} dB louder than the room before it`);
      if (!heard) process.exitCode = 1;
    });

  device
    .command('install')
    .description('Write a hardened systemd unit (as root), or print it.')
    .option('--print', 'only print the unit')
    .option('--code <code>', 'also pair with a home and start the service, now and after every boot')
    .option('--cloud <url>', 'the cloud that issued the code', webAddress)
    .option('--name <name>', 'what the app calls this device')
    .option('--room <room>', 'the room in which it stands', '')
    .action(async ({ print, code, name, room, ...flags }: InstallFlags, command: Command) => {
      const { installUnit, unitFile } = await import('./install/systemd-unit.ts');
      if (print) return say(unitFile());
      const url = flags.cloud ?? command.parent?.opts<{ cloud?: string }>().cloud;
      if (code === undefined) return (await installUnit()).forEach(say);
      if (!url) throw new EarshotError('USAGE', 'No cloud is named. Use --cloud URL.');
      const { checkService, installService } = await import('./install/service.ts');
      checkService();
      const { pairDevice } = await import('./uplink/credentials.ts');
      const pairInto = async (into: string) => {
        const device = { home: into, url, code, name: name ?? `Earshot ${hostname()}`.slice(0, 60), room };
        return (await pairDevice(device, stopSignal())).homeName || url;
      };
      (await installService(pairInto)).forEach(say);
    });

  device
    .command('uninstall')
    .description('Stop and remove the service (as root).')
    .option(
      '--data',
      'also remove its pairing, settings and undelivered candidates, and its user unless a cloud runs on this box',
    )
    .action(async ({ data = false }: { data?: boolean }) => {
      const { checkService, uninstallService } = await import('./install/service.ts');
      checkService();
      (await uninstallService(data)).forEach(say);
    });
}

/** A name with a dot, slash or colon is a recording or an address, not a mistyped subcommand. */
const hintToListen = (word: string): string | null =>
  word === '-' || word === 'mic' || /[./:]/.test(word)
    ? `To listen to it: npx earshot device --listen ${quoted(withoutPasswords(word))}`
    : null;

const quoted = (word: string): string => (/\s/.test(word) ? `"${word}"` : word);

interface InstallFlags {
  print?: boolean;
  code?: string;
  cloud?: string;
  name?: string;
  room: string;
}

/** The daemon's answer. Older daemons send neither `listeners` nor `withCloud`. */
type Status = Heartbeat & { listeners?: string[]; withCloud?: boolean };

function inWords(status: Status): string {
  const { outbox, sources, listeners = [], withCloud = false } = status;
  return [
    `release   ${status.release} (${status.releaseState.state}${status.releaseState.message ? `: ${status.releaseState.message}` : ''}), hears ${status.labels.join(', ')}`,
    ...(sources.length === 0 ? ['source    none: the recording has ended'] : []),
    ...sources.map(
      ({ name, state, reason, levelDbfs }) =>
        `source    ${name}: ${state}${reason ? ` (${reason})` : ''}, ${levelDbfs === null ? 'no sound' : `${levelDbfs.toFixed(0)} dBFS`}`,
    ),
    `live      ${listeners.length > 0 ? `${listeners.join(', ')} listening` : status.dropIn ? 'nobody listens' : 'not allowed'}`,
    `outbox    ${outbox.records} pending, ${(outbox.bytes / 1e6).toFixed(1)} MB${outbox.full ? ', FULL' : ''}${outbox.inMemory ? `, ${outbox.inMemory} NOT ON DISK` : ''}${outbox.corrupt ? `, ${outbox.corrupt} set aside` : ''}`,
    `runs      ${Math.round(status.uptimeS)} s, ${status.cpuPercent.toFixed(2)} % of a core, ${status.rssMb.toFixed(0)} MB${withCloud ? ' (cloud, verifier and app included: they run in the same process)' : ''}; the network was idle ${status.gateSavedPercent.toFixed(0)} % of the time`,
  ].join('\n');
}

const home = (): string => process.env.EARSHOT_HOME ?? '.earshot';
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const collect = (value: string, before: string[]): string[] => [...before, value];
