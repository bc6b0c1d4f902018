/** One event of an annotation file. */
export interface ScoredEvent {
  label: string;
  onsetS: number;
  offsetS: number;
}

/** The events of each file name, in the order of their lines. A file without events has an empty list. */
export type EventsByFile = ReadonlyMap<string, readonly ScoredEvent[]>;

export function labelsOf(...lists: EventsByFile[]): string[] {
  const labels = new Set(
    lists.flatMap((list) => [...list.values()].flatMap((events) => events.map(({ label }) => label))),
  );
  return [...labels].sort();
}
