/** One line of an annotation file, as the metrics read it. */
export interface ScoredEvent {
  label: string;
  onsetS: number;
  offsetS: number;
}

/** File name -> its events in the order of their lines; a file without events has an empty list. */
export type EventsByFile = ReadonlyMap<string, readonly ScoredEvent[]>;

export function labelsOf(...lists: EventsByFile[]): string[] {
  const labels = new Set(
    lists.flatMap((list) => [...list.values()].flatMap((events) => events.map(({ label }) => label))),
  );
  return [...labels].sort();
}
