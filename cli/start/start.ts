import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CloudConfig, readCloudConfig } from '@earshot/cloud/config.ts';
import { cloudLog } from '@earshot/cloud/cloud-log.ts';
import { type Cloud, createCloud } from '@earshot/cloud/main.ts';
import { createAgent } from '@earshot/device/agent.ts';
import type { Agent } from '@earshot/device/agent-types.ts';
import { openSource } from '@earshot/device/audio/open-source.ts';
import { Daemon } from '@earshot/device/daemon.ts';
import { readConfiguration, writeConfigurationTemplate } from '@earshot/device/settings/configuration.ts';
import { iso, systemClock } from '@earshot/shared/clock.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import { isAbort, untilAborted } from '@earshot/shared/lifecycle/pause.ts';
import { chooseSource, DEMO } from './choose-source.ts';
import { IncidentWatch } from './incident-watch.ts';
import { OwnDetections } from './own-detections.ts';
import { ownDevice } from './own-device.ts';
import { endingWithSummary, jsonReporter, type Reporter } from './reporter.ts';
import { phoneAddress } from './phone-address.ts';
import { sourceName } from './source-name.ts';
import { Summary } from './summary.ts';
import { terminalReporter } from './terminal.ts';
import { welcome } from './welcome.ts';

const RELEASE = fileURLToPath(new URL('../../models/release', import.meta.url));

export interface StartOptions {
  home: string;
  /** Null: the microphone, or the demo if there is none. */
  listen: string | null;
  once: boolean;
  fast: boolean;
  json: boolean;
  port: number;
  rate: number;
  channels: number;
}

/** `npm start`: runs the cloud and a device paired with it in one process, until the source ends or the user stops it. */
export async function start(options: StartOptions, signal: AbortSignal): Promise<void> {
  const reporter = endingWithSummary(
    options.json ? jsonReporter((line) => process.stdout.write(line)) : terminalReporter(process.stdout),
  );
  const reported = new WeakSet<EarshotError>();
  const reportError: ReportError = (error) => {
    const { code, message, todo } = error;
    if (!reported.has(error)) reporter.event({ type: 'error', code, message, todo });
    reported.add(error);
  };
  try {
    await run(options, reporter, reportError, signal);
  } catch (thrown) {
    if (isAbort(thrown, signal)) return;
    const error = asEarshotError(thrown, 'INTERNAL', '');
    // Programs read this from the JSON lines; the sentence on stderr is for people.
    if (options.json) reportError(error);
    else if (reported.has(error)) {
      // A source that failed was reported when it failed.
      process.exitCode = error.exitCode;
      return;
    }
    throw error;
  }
}

type ReportError = (error: EarshotError) => void;

async function run(
  options: StartOptions,
  reporter: Reporter,
  reportError: ReportError,
  signal: AbortSignal,
): Promise<void> {
  const { listen, whyDemo } = await chooseSource(options.listen, options.once || options.fast, signal);
  if (whyDemo !== null) {
    reporter.note(`${whyDemo}: playing the demo, ${relative('.', DEMO)}.`);
  }
  await makeHome(options.home);
  await writeConfigurationTemplate(options.home);
  const sinceMs = systemClock.nowMs();
  const config = cloudConfig(options);
  // The terminal shows what happens; the log on stderr contains only errors.
  const log = cloudLog(process.env.EARSHOT_LOG_LEVEL ?? 'error', 2);
  const cloud = await createCloud({ config, log, signal });
  let daemon: Daemon | null = null;
  try {
    const { agent, isLive, ...rest } = await openAgent(options, listen, cloud, reportError);
    daemon = new Daemon({ agent, ...rest, home: options.home, withCloud: true });
    const summary = new Summary();
    const own = new OwnDetections(sinceMs);
    const watch = new IncidentWatch(cloud, sinceMs, (incident) => {
      const { id, label, verdict, state, ignored, notSent } = incident;
      const [goesOn, earlierAt] = [own.continues(incident), own.earlierAt(incident)];
      const moment = own.newestMoment(incident);
      reporter.event({ type: 'incident', id, label, verdict, state, ignored, notSent, goesOn, ...moment, earlierAt });
    });
    const run = { summary, own, isLive };
    reportAgent(agent, reporter, run, reportError);
    reportCloud(cloud, reporter, watch, run);
    await daemon.start(signal);
    const { release } = agent.status();
    await welcome({ cloud, config, listen: sourceName(listen), release }, reporter);
    if (isRecording(listen))
      reporter.note(
        'A recording is played in mode Away, whatever mode the app shows, so breaking glass counts as in an empty home.',
      );
    await Promise.race([untilOver({ daemon, agent, cloud, reporter, once: options.once }, signal), cloud.ended]);
    await daemon.stop();
    reporter.event(summary.of(await watch.incidents()));
  } finally {
    await daemon?.stop();
    await cloud.stop();
  }
}

async function makeHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true }).catch((thrown: unknown) => {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', home);
  });
}

function cloudConfig({ home, port }: StartOptions): CloudConfig {
  const config = readCloudConfig({ ...process.env, EARSHOT_HOME: home, EARSHOT_PORT: String(port) });
  // Without a public URL the buttons of a notification open this machine's address in the home network.
  return { ...config, linkUrl: config.linkUrl ?? phoneAddress(`http://${config.host}:${config.port}`, config) };
}

async function openAgent(options: StartOptions, listen: string, cloud: Cloud, reportError: ReportError) {
  const { home, fast, rate, channels } = options;
  const configuration = await readConfiguration(home, process.env);
  const source = openSource(listen, { clock: systemClock, fast, stdin: process.stdin, format: { rate, channels } });
  const device = await ownDevice(cloud, home, reportError);
  // A recording shows what Earshot detects, so it is processed as in an empty home, where breaking glass counts.
  const agent = createAgent({
    home,
    releaseDir: RELEASE,
    sources: [source],
    cloud: device,
    gate: configuration.energy_gate,
    ...(isRecording(listen) ? { mode: 'away' as const } : {}),
    outboxBounds: { maxBytes: configuration.outbox_max_mb * 1e6, maxRecords: configuration.outbox_max_records },
  });
  return { agent, isLive: source.live, configuration, deviceId: device.deviceId };
}

const isRecording = (listen: string): boolean => existsSync(listen);

/** What is known about this run. */
interface Run {
  summary: Summary;
  own: OwnDetections;
  /** Whether the source is a microphone or the like, of which people want to know the time of day. */
  isLive: boolean;
}

function reportAgent(agent: Agent, reporter: Reporter, { summary, own, isLive }: Run, reportError: ReportError): void {
  agent.events.on('candidate', ({ candidate, atS, detectedS }) => {
    const { id, label, score, why } = candidate;
    const startedAt = isLive ? candidate.startedAt : null;
    const detectedAt = isLive ? candidate.detectedAt : null;
    summary.candidate(id, atS, startedAt);
    own.add(id, { detectedS, detectedAt });
    reporter.event({ type: 'candidate', id, label, score, atS, detectedS, startedAt, detectedAt, why: why.text });
  });
  agent.events.on('delivered', ({ id }) => summary.delivered(id));
  agent.events.on('hears', (now) => {
    summary.heard(now.atS);
    reporter.hears(now, isLive ? iso(systemClock.nowMs()) : null);
  });
  agent.events.on('health', ({ name, state, reason }) =>
    reporter.event({ type: 'health', source: sourceName(name), state, reason }),
  );
  agent.events.on('sourceEnd', ({ seconds }) => summary.heard(seconds));
  agent.events.on('problem', (error) => {
    reportError(error);
    // Only a part of the recording could be played, so the command must not report success.
    if (error.code === 'AUDIO_CUT_OFF') process.exitCode = error.exitCode;
  });
}

function reportCloud(cloud: Cloud, reporter: Reporter, watch: IncidentWatch, { summary, own }: Run): void {
  cloud.events.on('candidate', () => watch.look());
  cloud.events.on('verdict', ({ candidateId: id, incidentId, label, verdict, score, ignored }) => {
    watch.withIncident(incidentId, (incident) => {
      const earlierAt = incident && own.candidateEarlierAt(id, incident);
      reporter.event({ type: 'verdict', id, label, verdict, score, ignored, ...own.momentOf(id), earlierAt });
    });
    watch.look();
  });
  cloud.events.on('notification', ({ incidentId, step, title, channel }) => {
    summary.notification(incidentId);
    watch.withIncident(incidentId, (incident) => {
      const earlierAt = incident && own.earlierAt(incident);
      const moment = incident ? own.newestMoment(incident) : { detectedS: null, detectedAt: null };
      reporter.event({ type: 'notification', incidentId, step, title, channel, ...moment, earlierAt });
    });
    watch.look();
  });
}

interface Running {
  daemon: Daemon;
  agent: Agent;
  cloud: Cloud;
  reporter: Reporter;
  once: boolean;
}

/** Resolves when the user stops Earshot, or with `once` when the source has ended and every alert was delivered. */
async function untilOver({ daemon, agent, cloud, reporter, once }: Running, signal: AbortSignal): Promise<void> {
  const stopped = untilAborted(signal);
  const over = async () => {
    await daemon.ended;
    await agent.drain(signal);
    await cloud.firstHome.settled(signal);
    // Without `once` the app keeps running, so that the user can look at the results.
    if (once) return;
    reporter.note('The recording is over, so Earshot no longer listens. The app keeps running; Ctrl-C stops it.');
    await stopped;
  };
  await Promise.race([stopped, over()]).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
