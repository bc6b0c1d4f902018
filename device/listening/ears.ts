import type { Clock } from '@earshot/shared/clock.ts';
import type { SourceHealth } from '@earshot/shared/contracts/device.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { Ring } from '../audio/ring.ts';
import type { AudioSource } from '../audio/source.ts';
import type { DetectorSettings } from '../detect/detector-settings.ts';
import type { Network } from '../network/network.ts';
import type { AgentEmitter } from '../events.ts';
import type { CandidateDesk } from './candidate-desk.ts';
import type { NearMiss } from '../sampling/near-misses.ts';
import { Listener } from './listener.ts';

const TICK_MS = 1_000;

export interface EarsOptions {
  sources: readonly AudioSource[];
  network: Network;
  settings: DetectorSettings;
  desk: CandidateDesk;
  /** Called for each sound that stayed below its threshold. */
  nearMiss?: (listener: Listener, nearMiss: NearMiss) => void;
  events: AgentEmitter;
  clock: Clock;
  monotonicMs: () => number;
}

/** All sources of a device, which share one loaded network. */
export class Ears {
  private readonly listeners: readonly Listener[];
  /** How each source ended that no longer gives sound. Null: a recording was played to its end. */
  private readonly ends = new Map<Listener, SourceHealth | null>();
  private readonly events: AgentEmitter;
  private readonly clock: Clock;
  private current: Network;

  constructor({ sources, network, settings, desk, nearMiss, events, clock, monotonicMs }: EarsOptions) {
    this.events = events;
    this.clock = clock;
    this.current = network;
    const listenerEvents = {
      detected: desk.take.bind(desk),
      nearMiss: (listener: Listener, missed: NearMiss) => nearMiss?.(listener, missed),
      second: (listener: Listener, { levelDbfs }: { levelDbfs: number }) => {
        if (!events.isObserved('hears')) return;
        events.emit('hears', {
          source: listener.source.name,
          atS: listener.seconds,
          levelDbfs,
          scores: listener.scores,
        });
      },
      health: (listener: Listener, health: SourceHealth) => {
        events.emit('health', health);
        const { name, trouble, complaint } = listener.source;
        if (health.state === 'deaf' && trouble && complaint)
          events.emit(
            'problem',
            new EarshotError('AUDIO_SOURCE', complaint.includes(name) ? complaint : `${name}: ${complaint}`),
          );
      },
      problem: (thrown: unknown) => {
        events.emit('problem', asEarshotError(thrown, 'INTERNAL', 'A report could not be stored'));
      },
    };
    this.listeners = sources.map((source) => new Listener(source, network, settings, listenerEvents, monotonicMs));
  }

  /**
   * Listens until every source has ended or the signal aborts. Fails with the error of a source that failed, but only
   * after all sources have ended.
   */
  async run(signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const watching = this.watch(AbortSignal.any([signal, done.signal]));
    const ends = await Promise.allSettled(this.listeners.map((listener) => this.follow(listener, signal)));
    done.abort();
    await watching;
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async configure(settings: DetectorSettings): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.configure(settings)));
  }

  /** Every source uses the new network from its next sample on. When all do, the old network is closed. */
  async switchTo(network: Network): Promise<void> {
    const old = this.current;
    this.current = network;
    await Promise.all(this.listeners.map((listener) => listener.switchTo(network)));
    await old.close();
  }

  async close(): Promise<void> {
    await this.current.close();
  }

  get network(): Network {
    return this.current;
  }

  /**
   * The health of each source. A recording that has ended is left out: otherwise the app would show its last state and level, as if the
   * device still listened to it.
   */
  get health(): SourceHealth[] {
    return this.listeners.flatMap((listener) => {
      const end = this.ends.get(listener);
      return end === null ? [] : [end ?? listener.health];
    });
  }

  get isStuck(): boolean {
    return this.listeners.some((listener) => listener.isStuck);
  }

  get rings(): readonly Ring[] {
    return this.listeners.map(({ ring }) => ring);
  }

  /** The highest of the newest scores of each label over all sources that have not ended. */
  get scores(): { label: string; score: number }[] {
    const best = new Map<string, number>();
    const listening = this.listeners.filter((listener) => !this.ends.has(listener));
    for (const { label, score } of listening.flatMap(({ scores }) => scores)) {
      best.set(label, Math.max(score, best.get(label) ?? 0));
    }
    return [...best].map(([label, score]) => ({ label, score })).sort((a, b) => b.score - a.score);
  }

  /** The share of time in which the energy gate skipped the network, over all sources, in per cent. */
  get gateSavedPercent(): number {
    const ratios = this.listeners.map(({ sleptRatio }) => sleptRatio);
    return ratios.length === 0 ? 0 : (100 * ratios.reduce((sum, ratio) => sum + ratio, 0)) / ratios.length;
  }

  private async follow(listener: Listener, signal: AbortSignal): Promise<void> {
    try {
      await listener.run(signal);
    } catch (thrown) {
      const error = asEarshotError(thrown, 'AUDIO_SOURCE', listener.source.name);
      const health: SourceHealth = {
        name: listener.source.name,
        state: 'failed',
        reason: error.code,
        levelDbfs: null,
      };
      this.ends.set(listener, health);
      this.events.emit('health', health);
      this.events.emit('problem', error);
      throw error;
    }
    // A pipe that has ended is not left out: its sound is missing, so it becomes deaf.
    if (!listener.source.live) this.ends.set(listener, null);
    if (listener.source.cutOff) this.events.emit('problem', listener.source.cutOff);
    if (!signal.aborted) this.events.emit('sourceEnd', { source: listener.source.name, seconds: listener.seconds });
  }

  private async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.clock, TICK_MS, signal);
      if (!signal.aborted) for (const listener of this.listeners) listener.tick();
    }
  }
}
