import type { Server } from 'node:http';
import { systemClock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { createAgent } from '../agent.ts';
import { openSource } from '../audio/open-source.ts';
import { openControl } from '../control.ts';
import { printEvents } from '../daemon-lines.ts';
import { readConfiguration, writeConfigurationTemplate, type Configuration } from '../settings/configuration.ts';
import type { CloudAddress } from '../uplink/cloud-client.ts';
import { credentialsFile } from '../uplink/credentials.ts';

export interface ListenOptions {
  home: string;
  releaseDir: string;
  /** What the command line says goes before the settings file. */
  listen: string[];
  cloud: string | undefined;
  json: boolean;
  fast: boolean;
  rate: number;
  channels: number;
}

/** `earshot device`: listens until its sources end, or until SIGTERM or Ctrl-C. */
export async function listen(options: ListenOptions, signal: AbortSignal): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  await writeConfigurationTemplate(options.home);
  const configuration = await readConfiguration(options.home, process.env);
  const names = options.listen.length > 0 ? options.listen : configuration.listen;
  const format = { rate: options.rate, channels: options.channels };
  const sources = names.map((name) => openSource(name, { clock: systemClock, fast: options.fast, stdin: process.stdin, format }));
  const cloud = await cloudAddress(options, configuration);
  const agent = createAgent({
    home: options.home,
    releaseDir: options.releaseDir,
    sources,
    cloud,
    gate: configuration.energy_gate,
    outboxBounds: { maxBytes: configuration.outbox_max_mb * 1e6, maxRecords: configuration.outbox_max_records },
  });
  const summary = printEvents(agent.events, options.json, print);
  let control: Server | null = null;
  try {
    control = await openControl(options.home, { 'GET /status': async () => agent.status() });
    await agent.start();
    if (!options.json) print(`listening to ${names.join(', ')}; ${cloud ? `cloud ${cloud.url}` : 'no cloud: candidates are kept here'}`);
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([agent.ended, stopped]);
    // The sound is over: what it gave still goes to the cloud, as long as nobody asks to stop.
    if (cloud && !signal.aborted) await agent.drain(signal).catch(() => undefined);
    if (options.json) print(JSON.stringify({ type: 'summary', ...summary(), rejected: 0, incidents: [] }));
  } finally {
    control?.close();
    await agent.stop();
  }
}

async function cloudAddress({ home, cloud }: ListenOptions, configuration: Configuration): Promise<CloudAddress | null> {
  const paired = await credentialsFile(home, (error) => void process.stderr.write(`${error.toLine()}\n`)).read();
  const wanted = cloud ?? (configuration.cloud || paired?.url);
  if (!wanted) return null;
  const same = paired && new URL(paired.url).origin === new URL(wanted).origin;
  if (!same) throw new EarshotError('UNAUTHORIZED', `This device is not paired with ${wanted}: earshot device pair CODE --cloud ${wanted}.`);
  return { url: wanted, token: paired.token };
}
