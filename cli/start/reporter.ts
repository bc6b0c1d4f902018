import type { Hears } from '@earshot/device/events.ts';
import type { StartEvent } from '@earshot/shared/contracts/events.ts';

export type EventOf<T extends StartEvent['type']> = Extract<StartEvent, { type: T }>;

/** Where `earshot start` tells what happens: sentences for people, or JSON lines for programs. */
export interface Reporter {
  event(event: StartEvent): void;
  /** What the device hears now, about once a second. */
  hears(now: Hears): void;
  /** Anything else that a person wants to know; JSON lines have no place for it. */
  note(line: string): void;
}

export function jsonReporter(write: (line: string) => void): Reporter {
  return {
    event: (event) => write(`${JSON.stringify(event)}\n`),
    hears: () => undefined,
    note: () => undefined,
  };
}
