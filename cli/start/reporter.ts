import type { Hears } from '@earshot/device/events.ts';
import type { StartEvent } from '@earshot/shared/contracts/start-event.ts';

export type EventOf<T extends StartEvent['type']> = Extract<StartEvent, { type: T }>;

/** Where `earshot start` prints what happens: sentences for people, or JSON lines for programs. */
export interface Reporter {
  event(event: StartEvent): void;
  /** The newest scores, about once a second. `at` is null for a recording. */
  hears(now: Hears, at: string | null): void;
  /** Other information for people; JSON lines leave it out. */
  note(line: string): void;
}

export function jsonReporter(write: (line: string) => void): Reporter {
  return {
    event: (event) => write(`${JSON.stringify(event)}\n`),
    hears: () => undefined,
    note: () => undefined,
  };
}

/** Nothing is printed after the summary. Events that still arrive while everything stops are on disk and are reported at the next start. */
export function endingWithSummary(reporter: Reporter): Reporter {
  let isOver = false;
  const unlessOver =
    <T>(report: (what: T) => void) =>
    (what: T) => {
      if (!isOver) report(what);
    };
  const event = unlessOver((what: StartEvent) => reporter.event(what));
  return {
    event: (what) => {
      event(what);
      isOver ||= what.type === 'summary';
    },
    hears: (now, at) => {
      if (!isOver) reporter.hears(now, at);
    },
    note: unlessOver((line) => reporter.note(line)),
  };
}
