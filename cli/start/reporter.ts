import type { Hears } from '@earshot/device/events.ts';
import type { StartEvent } from '@earshot/shared/contracts/start-event.ts';

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

/** The summary is the last word: what still trickles in while everything stops is on disk, and told at the next start. */
export function endingWithSummary(reporter: Reporter): Reporter {
  let isOver = false;
  const unlessOver =
    <T>(tell: (what: T) => void) =>
    (what: T) => {
      if (!isOver) tell(what);
    };
  const event = unlessOver((what: StartEvent) => reporter.event(what));
  return {
    event: (what) => {
      event(what);
      isOver ||= what.type === 'summary';
    },
    hears: unlessOver((now) => reporter.hears(now)),
    note: unlessOver((line) => reporter.note(line)),
  };
}
