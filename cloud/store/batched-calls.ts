interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

/**
 * Two calls, so that one call that hangs until its time-out does not delay the other items. With more calls, most calls would contain only
 * few items.
 */
const CALLS_AT_ONCE = 2;

/**
 * Coalesces bursts: items that are added while calls are in progress share the next call. There is no timer: a single item is sent at once,
 * and when the process is busier, each call contains more items.
 */
export class BatchedCalls<Item, Answer = null> {
  private readonly fitting: (items: readonly Item[]) => number;
  private readonly call: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>;
  private readonly againAlone: boolean;
  private waiting: Waiting<Item, Answer>[] = [];
  private inFlight = 0;

  /**
   * @param fitting the maximum number of items per call, or a function that returns how many of the first items fit.
   * @param call returns one result per item: its answer, or the error of this item.
   * @param againAlone repeats a failed call with each item alone, so that one bad item (a text that the database refuses) fails alone. Set
   * it for calls that succeed or fail as a whole.
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

  /**
   * Adds an item to the next call. Resolves with the call's answer for this item, or rejects with the error for this item.
   */
  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      // Items that are added in the same turn of the event loop share the first call.
      queueMicrotask(() => this.go());
    });
  }

  private go(): void {
    while (this.waiting.length > 0 && this.inFlight < CALLS_AT_ONCE) {
      const load = this.waiting.splice(0, Math.max(1, this.fitting(this.waiting.map(({ item }) => item))));
      this.inFlight++;
      void this.carry(load).finally(() => {
        this.inFlight--;
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
      // Repeat all items at the same time, not one after the other: if the database cannot be reached, each waits for its time-out.
      if (this.againAlone && load.length > 1) await Promise.all(load.map((each) => this.carry([each])));
      else for (const { reject } of load) reject(error as Error);
    }
  }
}
