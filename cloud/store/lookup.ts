type Read<Found> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/**
 * What a transaction reads by key, each key once. Keys that are asked for in the same turn share one statement: work on fifty homes
 * that runs side by side reads as often as work on one.
 */
export class Lookup<Found> {
  private readonly read: Read<Found>;
  private readonly known = new Map<string, Promise<Found | undefined>>();
  private asked: string[] = [];
  private reading: Promise<ReadonlyMap<string, Found>> | null = null;

  constructor(read: Read<Found>) {
    this.read = read;
  }

  get(key: string): Promise<Found | undefined> {
    let found = this.known.get(key);
    if (!found) {
      this.asked.push(key);
      this.reading ??= this.soon();
      found = this.reading.then((all) => all.get(key));
      this.known.set(key, found);
    }
    return found;
  }

  /** After everything that this turn still brings: what waits for the same answer goes on asking in the same turn. */
  private async soon(): Promise<ReadonlyMap<string, Found>> {
    await new Promise<void>((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)));
    const keys = this.asked;
    this.asked = [];
    this.reading = null;
    return this.read(keys);
  }
}

/** Rows as a map from key to all that have it, in their order; keys without rows are there too. */
export function grouped<Row, Key extends string>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return groups;
}
