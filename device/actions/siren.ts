import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { AgentEmitter } from '../events.ts';
import { runShell } from './shell.ts';

export interface SirenOptions {
  when: 'offline' | 'always' | 'never';
  labels: readonly string[];
  command: string;
  sound: string;
  player: string;
  seconds: number;
}

/**
 * The house's own voice when the internet is down. It sounds once per event and for a set time only: the microphone hears the
 * siren too, and one that was started by what it made itself would never end.
 */
export class Siren {
  private readonly options: SirenOptions;
  private readonly events: AgentEmitter;
  private readonly clock: Clock;
  private readonly isOnline: () => boolean;
  private sounding: Promise<void> | null = null;

  constructor(options: SirenOptions, events: AgentEmitter, clock: Clock, isOnline: () => boolean) {
    this.options = options;
    this.events = events;
    this.clock = clock;
    this.isOnline = isOnline;
  }

  /** Acts until the signal aborts; resolves when the siren is silent. */
  async run(signal: AbortSignal): Promise<void> {
    this.events.on('candidate', ({ candidate: { label, test }, again }) => {
      const { when, labels } = this.options;
      const wanted = when === 'always' || (when === 'offline' && !this.isOnline());
      if (signal.aborted || !wanted || again || test || !labels.includes(label)) return;
      this.sounding ??= this.sound(label, signal).finally(() => (this.sounding = null));
    });
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await this.sounding;
  }

  private async sound(label: string, signal: AbortSignal): Promise<void> {
    const { command, sound, player, seconds } = this.options;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const timer = this.clock.sleep(seconds * 1000, either).then(
      () => over.abort(),
      () => undefined,
    );
    try {
      const environment = { EARSHOT_LABEL: label };
      if (command) await runShell(command, { environment, signal: either });
      else
        while (sound && !either.aborted) await runShell([...player.split(' '), sound], { environment, signal: either });
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
