import type { Server } from 'node:http';
import { systemClock } from '@earshot/shared/clock.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { Lifecycle } from '@earshot/shared/lifecycle/lifecycle.ts';
import { Loop } from '@earshot/shared/lifecycle/loop.ts';
import type { Part } from '@earshot/shared/lifecycle/part.ts';
import { runActions } from './actions/actions.ts';
import { acousticSelfTest } from './actions/self-test.ts';
import type { Agent } from './agent-types.ts';
import { openControl, type ControlRoutes } from './control.ts';
import { Metrics } from './health/metrics.ts';
import { ServiceManager } from './health/service-manager.ts';
import { tidyMemory } from './health/tidy-memory.ts';
import type { Configuration } from './settings/configuration.ts';

export interface DaemonOptions {
  agent: Agent;
  home: string;
  configuration: Configuration;
  /** The id that the cloud gave to this device. Empty when the device was never paired. */
  deviceId: string;
  /** Whether cloud and app run in the same process, so that its CPU and memory are not the device's alone. */
  withCloud?: boolean;
}

/** Runs an agent as a service, with control socket, service manager, watchdog, siren, hook, MQTT and metrics. */
export class Daemon {
  private readonly options: DaemonOptions;
  private readonly stopping = new AbortController();
  private readonly manager = new ServiceManager(process.env, systemClock);
  private readonly started = Promise.withResolvers<void>();
  private readonly lifecycle: Lifecycle;
  private readonly failure = Promise.withResolvers<never>();

  constructor(options: DaemonOptions) {
    this.options = options;
    // A request during the start still receives the failure. Without this line and without a request, Node would end
    // the process because of an unhandled rejection.
    this.started.promise.catch(() => undefined);
    this.failure.promise.catch(() => undefined);
    this.lifecycle = new Lifecycle(this.parts());
  }

  /** Resolves when every source has ended. Fails with the first error of any part. */
  get ended(): Promise<void> {
    return Promise.race([this.options.agent.ended, this.failure.promise]);
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.lifecycle.start(signal);
  }

  stop(): Promise<void> {
    this.stopping.abort();
    return this.lifecycle.stop();
  }

  private parts(): Partial<Part>[] {
    const { manager } = this;
    const { agent, configuration, deviceId } = this.options;
    return [
      this.control(),
      { start: (signal) => this.startAgent(signal), stop: () => agent.stop() },
      ...(configuration.metrics_port === 0 ? [] : [this.metrics(configuration.metrics_port)]),
      this.loop((signal) => runActions(configuration, agent, deviceId, signal)),
      this.loop((signal) => manager.run(() => agent.isAlive(), signal)),
      this.loop((signal) => tidyMemory(systemClock, signal)),
      { start: (signal) => manager.ready(signal), stop: () => manager.stopping() },
    ];
  }

  private loop(run: (signal: AbortSignal) => Promise<void>): Part {
    return new Loop(run, this.failure.reject);
  }

  private async startAgent(signal: AbortSignal): Promise<void> {
    try {
      await this.options.agent.start(signal);
      this.started.resolve();
    } catch (thrown) {
      this.started.reject(thrown);
      throw thrown;
    }
  }

  private control(): Part {
    let server: Server | null = null;
    return {
      start: async () => void (server = await this.openControl(this.options.home)),
      stop: async () => void server?.close(),
    };
  }

  /** Without the socket the device still listens; only `earshot device status` and `selftest` do not work. */
  private async openControl(home: string): Promise<Server | null> {
    const { agent, withCloud = false } = this.options;
    const routes = {
      'GET /status': async () => ({ ...agent.status(), listeners: agent.listeners(), withCloud }),
      'POST /selftest': () => this.selfTest(),
    };
    const afterStart = Object.entries(routes).map(([route, answer]) => [
      route,
      () => this.started.promise.then(() => answer()),
    ]);
    try {
      return await openControl(home, Object.fromEntries(afterStart) as ControlRoutes);
    } catch (thrown) {
      const error = asEarshotError(thrown, 'DISK_UNWRITABLE', home);
      if (error.code === 'USAGE') throw error;
      agent.events.emit('problem', error);
      return null;
    }
  }

  private async selfTest(): Promise<unknown> {
    const [recent] = this.options.agent.recentSound();
    if (!recent) throw new EarshotError('AUDIO_SOURCE', 'This device has no source to listen to.');
    return acousticSelfTest(recent, this.options.configuration.player, systemClock, this.stopping.signal);
  }

  /** When the port is in use, the device still listens, but without metrics. */
  private metrics(port: number): Partial<Part> {
    const { agent } = this.options;
    const metrics = new Metrics(port, () => agent.status(), agent.events);
    return {
      start: async () => {
        await metrics.start().catch((thrown: unknown) => {
          agent.events.emit('problem', asEarshotError(thrown, 'INTERNAL', 'metrics'));
        });
      },
      stop: () => metrics.stop(),
    };
  }
}
