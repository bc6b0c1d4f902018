import type { Clock } from '@earshot/shared/clock.ts';
import type { SirenOrder } from '@earshot/shared/contracts/device.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { AgentEmitter } from '../events.ts';
import { runCommand } from './run-command.ts';

export interface SirenOptions {
  when: 'offline' | 'always' | 'never';
  labels: readonly string[];
  command: string;
  sound: string;
  player: string;
  seconds: number;
}

/** How often the siren checks, during an alarm, whether the cloud can be reached. */
const CHECK_MS = 1_000;

interface Alarm {
  /** The id of the newest candidate of this alarm. */
  id: string;
  label: string;
  hasSounded: boolean;
}

/**
 * Sounds the siren when an alarm is detected while the cloud cannot be reached, or when the connection is lost during
 * an alarm, because a fire may destroy the router. The siren sounds once per alarm and for a limited time: the
 * microphone picks it up, so otherwise it could trigger itself again and again.
 */
export class Siren {
  private readonly options: SirenOptions;
  private readonly events: AgentEmitter;
  private readonly clock: Clock;
  private readonly isOnline: () => boolean;
  /** The alarms that sound at the moment, by source and label. */
  private readonly alarms = new Map<string, Alarm>();
  private sounding: Promise<void> | null = null;
  private silence = new AbortController();
  private lastOrderId = '';

  constructor(options: SirenOptions, events: AgentEmitter, clock: Clock, isOnline: () => boolean) {
    this.options = options;
    this.events = events;
    this.clock = clock;
    this.isOnline = isOnline;
  }

  /** Runs until the signal aborts; resolves when the siren is silent. */
  async run(signal: AbortSignal): Promise<void> {
    this.events.on('candidate', ({ candidate: { id, label, source, test }, again }) => {
      if (test || !this.options.labels.includes(label)) return;
      this.note(`${source} ${label}`, { id, label }, again);
      this.judge(signal);
    });
    this.events.on('heard', ({ id, ended }) => {
      if (!ended) return;
      for (const [key, alarm] of this.alarms) if (alarm.id === id) this.alarms.delete(key);
    });
    this.events.on('sirenOrder', (order) => void this.obey(order, signal));
    this.events.emit('siren', { sounding: false });
    while (!signal.aborted) {
      await pause(this.clock, CHECK_MS, signal);
      this.judge(signal);
    }
    await this.sounding;
  }

  private note(key: string, { id, label }: { id: string; label: string }, again: boolean): void {
    const known = again ? this.alarms.get(key) : undefined;
    // The siren already sounds, so the device may have taken the siren itself for a new alarm.
    this.alarms.set(key, { id, label, hasSounded: known?.hasSounded ?? this.sounding !== null });
  }

  private judge(signal: AbortSignal): void {
    const { when } = this.options;
    const alarm = [...this.alarms.values()].find(({ hasSounded }) => !hasSounded);
    const isWanted = when === 'always' || (when === 'offline' && !this.isOnline());
    if (signal.aborted || !alarm || !isWanted || this.sounding) return;
    this.begin(alarm.label, this.options.seconds, signal);
  }

  /**
   * Follows an order from the app: starts the siren even when `when` forbids it, or stops it even when the device
   * started it.
   */
  private async obey({ id, on, seconds }: SirenOrder, signal: AbortSignal): Promise<void> {
    if (id === this.lastOrderId || signal.aborted) return;
    this.lastOrderId = id;
    if (!on) return this.silence.abort();
    // A siren that already sounds for an alarm would stop when that alarm ends. Start it again for as long as the
    // member's order says.
    this.silence.abort();
    await this.sounding;
    if (!signal.aborted && id === this.lastOrderId) this.begin('ordered', seconds, signal);
  }

  private begin(label: string, seconds: number, signal: AbortSignal): void {
    this.silence = new AbortController();
    for (const alarm of this.alarms.values()) alarm.hasSounded = true;
    this.events.emit('siren', { sounding: true });
    this.sounding = this.sound(label, seconds, AbortSignal.any([signal, this.silence.signal])).finally(() => {
      this.sounding = null;
      this.events.emit('siren', { sounding: false });
    });
  }

  private async sound(label: string, seconds: number, signal: AbortSignal): Promise<void> {
    const { command, sound, player } = this.options;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const timer = this.clock.sleep(seconds * 1000, either).then(
      () => over.abort(),
      () => undefined,
    );
    try {
      const environment = { EARSHOT_LABEL: label };
      if (command) await runCommand(command, { environment, signal: either });
      else
        while (sound && !either.aborted)
          await runCommand([...player.split(' '), sound], { environment, signal: either });
    } catch (thrown) {
      this.events.emit(
        'problem',
        asEarshotError(thrown, 'INTERNAL', `The siren failed (${command || `${player} ${sound}`})`),
      );
    } finally {
      over.abort();
      await timer;
    }
  }
}
