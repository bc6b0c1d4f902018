import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { untilAborted } from '@earshot/shared/lifecycle/pause.ts';
import type { AgentEmitter } from '../events.ts';
import { runCommand } from './run-command.ts';

const LONGEST_MS = 30_000;
const AT_ONCE = 2;
/** The most events that wait for the command, so that a command that hangs does not fill the memory. */
const MOST_WAITING = 100;

/**
 * Runs the configured command for every event, with the event as one JSON object on its stdin. The object's field
 * `event` is `candidate`, `heard`, `ended`, `listeners` or `health`.
 */
export class Hook {
  private readonly command: string;
  private readonly events: AgentEmitter;
  private readonly waiting: string[] = [];
  private readonly running = new Set<Promise<void>>();
  private signal = AbortSignal.abort();

  constructor(command: string, events: AgentEmitter) {
    this.command = command;
    this.events = events;
  }

  /** Runs the command for each event until the signal aborts. Resolves when the last command has ended. */
  async run(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    // Leave out the embedding: the cloud deletes it together with the clip, but a command could keep it.
    this.events.on('candidate', ({ candidate: { embedding: _, ...candidate }, atS }) =>
      this.add({ event: 'candidate', atS, ...candidate }),
    );
    this.events.on('heard', ({ id, label, source, ended }) =>
      this.add({ event: ended ? 'ended' : 'heard', id, label, source }),
    );
    this.events.on('listeners', ({ names }) => this.add({ event: 'listeners', names }));
    this.events.on('health', (health) => this.add({ event: 'health', ...health }));
    await untilAborted(signal);
    await Promise.all(this.running);
  }

  private add(event: Record<string, unknown>): void {
    if (this.waiting.length >= MOST_WAITING) {
      this.waiting.shift();
      this.events.emit(
        'problem',
        new EarshotError(
          'INTERNAL',
          `The hook is too slow: more than ${MOST_WAITING} events were pending, and the oldest was dropped. Make the command end sooner.`,
        ),
      );
    }
    this.waiting.push(`${JSON.stringify(event)}\n`);
    this.next();
  }

  private next(): void {
    if (this.running.size >= AT_ONCE || this.signal.aborted) return;
    const input = this.waiting.shift();
    if (input === undefined) return;
    const run = this.once(input).finally(() => {
      this.running.delete(run);
      this.next();
    });
    this.running.add(run);
  }

  private async once(input: string): Promise<void> {
    const timeout = AbortSignal.timeout(LONGEST_MS);
    try {
      await runCommand(this.command, { input, signal: AbortSignal.any([this.signal, timeout]) });
      if (timeout.aborted) throw new Error(`ended after ${LONGEST_MS / 1000} s`);
    } catch (thrown) {
      this.events.emit('problem', asEarshotError(thrown, 'INTERNAL', 'The hook command failed'));
    }
  }
}
