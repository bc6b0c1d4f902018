interface Waiting<Item> {
  item: Item;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** One that hangs until it times out must not hold up all the others; more would go half empty. */
const CALLS_AT_ONCE = 2;

/**
 * What is handed in while calls are on their way goes together in the next one: alone one goes at once, and the more there is to do
 * the more a call carries. No timer: nothing waits for company.
 */
export class Together<Item> {
  private readonly fitting: (items: readonly Item[]) => number;
  private readonly call: (items: readonly Item[]) => Promise<readonly (Error | null)[]>;
  private waiting: Waiting<Item>[] = [];
  private underWay = 0;

  /**
   * @param fitting how many of the items, from the first on, one call can carry; at least 1.
   * @param call answers item by item: null, or why this one failed.
   */
  constructor(
    fitting: (items: readonly Item[]) => number,
    call: (items: readonly Item[]) => Promise<readonly (Error | null)[]>,
  ) {
    this.fitting = fitting;
    this.call = call;
  }

  /** Resolves when the call that carried it has done so; rejects with what went wrong for this item alone. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      // Those that are handed in in the same turn share the first call.
      queueMicrotask(() => this.go());
    });
  }

  private go(): void {
    while (this.waiting.length > 0 && this.underWay < CALLS_AT_ONCE) {
      const load = this.waiting.splice(0, Math.max(1, this.fitting(this.waiting.map(({ item }) => item))));
      this.underWay++;
      void this.carry(load).finally(() => {
        this.underWay--;
        this.go();
      });
    }
  }

  private async carry(load: readonly Waiting<Item>[]): Promise<void> {
    try {
      const faults = await this.call(load.map(({ item }) => item));
      load.forEach(({ resolve, reject }, at) => {
        const fault = faults[at];
        if (fault) reject(fault);
        else resolve();
      });
    } catch (error) {
      for (const { reject } of load) reject(error as Error);
    }
  }
}
