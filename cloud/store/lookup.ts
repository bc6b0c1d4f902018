type Read<Found> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/**
 * Reads rows by key within a transaction, each key once. Keys that are requested in the same turn of the event loop share one statement. So
 * concurrent work on fifty homes needs as many statements as work on one home.
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

  /**
   * Waits for all other microtasks of this turn before it reads. Code that waited for the same earlier read makes its next requests in
   * these microtasks, so its requests share this read.
   */
  private async soon(): Promise<ReadonlyMap<string, Found>> {
    await new Promise<void>((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)));
    const keys = this.asked;
    this.asked = [];
    this.reading = null;
    return this.read(keys);
  }
}

/** Groups rows by key and keeps their order. Keys without rows get an empty group. */
export function grouped<Row, Key extends string>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return groups;
}
