interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

/** Two, so that a call that hangs until it times out does not hold up the others. With more of them most would be half empty. */
const CALLS_AT_ONCE = 2;

/**
 * Coalesces bursts: items that are added while calls are in flight share the next call. There is no timer: a single item is sent at once,
 * and a call carries more the busier the process is.
 */
export class BatchedCalls<Item, Answer = null> {
  private readonly fitting: (items: readonly Item[]) => number;
  private readonly call: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>;
  private readonly againAlone: boolean;
  private waiting: Waiting<Item, Answer>[] = [];
  private underWay = 0;

  /**
   * @param fitting the most that one call carries, or how many of the items, from the first on, it can; at least 1.
   * @param call answers item by item: what came of it, or why this one failed.
   * @param againAlone repeats a call that failed as a whole item by item, so that one bad item (a text that the database refuses) fails
   * alone. For calls that are all or nothing.
   */
  constructor(
    fitting: number | ((items: readonly Item[]) => number),
    call: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
    { againAlone = false } = {},
  ) {
    this.fitting = typeof fitting === 'number' ? ({ length }) => Math.min(fitting, length) : fitting;
    this.call = call;
    this.againAlone = againAlone;
  }

  /** Resolves with the call's answer for this item; rejects with this item's error. */
  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      // Items that are added in the same turn of the event loop share the first call.
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

  private async carry(load: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.call(load.map(({ item }) => item));
      load.forEach(({ resolve, reject }, at) => {
        const answer = answers[at] as Answer | Error;
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      // Side by side: if nothing can be reached at all, each finds that out without waiting for the others to.
      if (this.againAlone && load.length > 1) await Promise.all(load.map((each) => this.carry([each])));
      else for (const { reject } of load) reject(error as Error);
    }
  }
}
