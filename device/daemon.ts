import type { Server } from 'node:http';
import { systemClock } from '@earshot/shared/clock.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { runActions } from './actions/actions.ts';
import { acousticSelfTest } from './actions/self-test.ts';
import type { Agent } from './agent.ts';
import { openControl, type ControlRoutes } from './control.ts';
import { Metrics } from './health/metrics.ts';
import { ServiceManager } from './health/service-manager.ts';
import { tidyMemory } from './health/tidy-memory.ts';
import type { Configuration } from './settings/configuration.ts';

export interface DaemonOptions {
  agent: Agent;
  home: string;
  configuration: Configuration;
  /** Empty when it was never paired. */
  deviceId: string;
}

/** An agent as a service of its machine: answers its owner, tells the service manager, acts in the house, shows metrics. */
export class Daemon {
  private readonly options: DaemonOptions;
  private readonly stopping = new AbortController();
  private readonly manager = new ServiceManager(process.env, systemClock);
  private readonly started = Promise.withResolvers<void>();
  private control: Server | null = null;
  private metrics: Metrics | null = null;
  private loops: Promise<unknown> = Promise.resolve();

  constructor(options: DaemonOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    const { agent, home, configuration, deviceId } = this.options;
    const { signal } = this.stopping;
    // Whoever asks gets the reason of a failed start; without anyone asking it must not end the process.
    this.started.promise.catch(() => undefined);
    this.control = await this.openControl(home);
    await agent.start().then(this.started.resolve, (thrown: unknown) => {
      this.started.reject(thrown);
      throw thrown;
    });
    await this.openMetrics();
    this.loops = Promise.all([
      runActions(configuration, agent, deviceId, signal),
      this.manager.run(() => agent.isAlive(), signal),
      tidyMemory(systemClock, signal),
    ]);
    await this.manager.ready(signal);
  }

  async stop(): Promise<void> {
    await this.manager.stopping();
    this.stopping.abort();
    this.control?.close();
    await this.metrics?.stop();
    await this.options.agent.stop();
    await this.loops;
  }

  /** A disk that takes no socket costs the control, not the listening. */
  private async openControl(home: string): Promise<Server | null> {
    const { agent } = this.options;
    const routes = { 'GET /status': async () => agent.status(), 'POST /selftest': () => this.selfTest() };
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
    const [hearing] = this.options.agent.hearing();
    if (!hearing) throw new EarshotError('AUDIO_SOURCE', 'This device listens to nothing.');
    return acousticSelfTest(hearing, this.options.configuration.player, systemClock, this.stopping.signal);
  }

  /** A port that is taken costs the metrics, not the ears. */
  private async openMetrics(): Promise<void> {
    const { agent, configuration } = this.options;
    if (configuration.metrics_port === 0) return;
    this.metrics = new Metrics(configuration.metrics_port, () => agent.status(), agent.events);
    await this.metrics.start().catch((thrown: unknown) => {
      agent.events.emit('problem', asEarshotError(thrown, 'INTERNAL', 'metrics'));
      this.metrics = null;
    });
  }
}
