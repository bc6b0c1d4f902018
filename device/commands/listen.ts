import { systemClock } from '@earshot/shared/clock.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { isAbort, untilAborted } from '@earshot/shared/lifecycle/pause.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent-types.ts';
import { openSource } from '../audio/open-source.ts';
import type { AudioSource } from '../audio/source.ts';
import { withoutPasswords } from '../audio/without-passwords.ts';
import { Daemon } from '../daemon.ts';
import { endInWords, modeInWords, printEvents } from '../daemon-lines.ts';
import { readConfiguration, writeConfigurationTemplate, type Configuration } from '../settings/configuration.ts';
import type { CloudAddress } from '../uplink/cloud-client.ts';
import { credentialsFile, type Credentials } from '../uplink/credentials.ts';
import { deliverRest } from './deliver-rest.ts';

export interface ListenOptions {
  home: string;
  releaseDir: string;
  /** Command-line options override the settings file. */
  listen: string[];
  cloud: string | undefined;
  json: boolean;
  fast: boolean;
  rate: number;
  channels: number;
  /** Shortens DELIVERY_WAIT_MS in tests. */
  deliveryWaitMs?: number;
}

/** `earshot device`: listens until its sources end, or until SIGTERM or Ctrl-C. */
export async function listen(options: ListenOptions, signal: AbortSignal): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  // The device must listen even when the disk refuses every write.
  await writeConfigurationTemplate(options.home).catch((thrown: unknown) =>
    printOnStderr(asEarshotError(thrown, 'DISK_UNWRITABLE', options.home)),
  );
  const configuration = await readConfiguration(options.home, process.env);
  const names = options.listen.length > 0 ? options.listen : configuration.listen;
  const paired = await credentialsFile(options.home, printOnStderr).read();
  const cloud = cloudAddress(options.cloud ?? configuration.cloud, paired);
  const sources = openSources(options, names);
  const agent = openAgent(options, configuration, sources, cloud);
  const live = new Set(sources.filter((source) => source.live).map(({ name }) => name));
  const summary = printEvents(agent.events, options.json, print, (source) => live.has(source));
  const reported = new WeakSet<EarshotError>();
  agent.events.on('problem', (error) => {
    reported.add(error);
    // Only a part of the recording could be played, so the command must not report success.
    if (error.code === 'AUDIO_CUT_OFF') process.exitCode = error.exitCode;
  });
  const daemon = new Daemon({ agent, home: options.home, configuration, deviceId: paired?.deviceId ?? '' });
  try {
    await daemon.start(signal);
    if (!options.json)
      print(
        `listening to ${names.map(withoutPasswords).join(', ')}; ${cloud ? `cloud ${cloud.url}` : 'no cloud: candidates are kept on this device'}`,
      );
    await Promise.race([daemon.ended, untilAborted(signal)]);
    const undelivered = cloud && (await deliverRest(agent, systemClock, signal, options.deliveryWaitMs));
    if (undelivered) {
      agent.events.emit('problem', undelivered);
      process.exitCode = undelivered.exitCode;
    }
    if (options.json) print(JSON.stringify({ type: 'summary', ...summary(), rejected: 0, incidents: [] }));
    else if (!signal.aborted) {
      print(endInWords(summary()));
      const unreported = agent.onlyInOtherModes();
      if (summary().candidates === 0 && unreported.length > 0)
        print(modeInWords(agent.mode(), unreported, paired !== null));
    }
  } catch (thrown) {
    if (isAbort(thrown, signal)) return;
    // The error of this source was printed when the source failed. The other sources may have run for days since then,
    // so do not print it again.
    if (!(thrown instanceof EarshotError) || !reported.has(thrown)) throw thrown;
    process.exitCode = thrown.exitCode;
  } finally {
    await daemon.stop();
  }
}

function openSources({ rate, channels, fast }: ListenOptions, names: string[]): AudioSource[] {
  const format = { rate, channels };
  return names.map((name) => openSource(name, { clock: systemClock, fast, stdin: process.stdin, format }));
}

function openAgent(
  options: ListenOptions,
  configuration: Configuration,
  sources: AudioSource[],
  cloud: CloudAddress | null,
): Agent {
  return createAgent({
    home: options.home,
    releaseDir: options.releaseDir,
    sources,
    cloud,
    gate: configuration.energy_gate,
    dropIn: configuration.drop_in,
    outboxBounds: { maxBytes: configuration.outbox_max_mb * 1e6, maxRecords: configuration.outbox_max_records },
  });
}

function cloudAddress(wanted: string, paired: Credentials | null): CloudAddress | null {
  if (!wanted) return paired;
  if (paired && new URL(paired.url).origin === new URL(wanted).origin) return { url: wanted, token: paired.token };
  throw new EarshotError(
    'UNAUTHORIZED',
    `This device is not paired with ${wanted}. Pair it: \`npx earshot device pair CODE --cloud ${wanted}\`.`,
  );
}

const printOnStderr = (error: EarshotError): void => void process.stderr.write(`${error.toLine()}\n`);
