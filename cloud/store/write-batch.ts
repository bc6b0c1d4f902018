interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

/** One that hangs until it times out must not hold up all the others; more would go half empty. */
const CALLS_AT_ONCE = 2;

/**
 * What is handed in while calls are on their way goes together in the next one: alone one goes at once, and the more there is to do
 * the more a call carries. No timer: nothing waits for company.
 */
export class Together<Item, Answer = null> {
  private readonly fitting: (items: readonly Item[]) => number;
  private readonly call: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>;
  private readonly againAlone: boolean;
  private waiting: Waiting<Item, Answer>[] = [];
  private underWay = 0;

  /**
   * @param fitting the most that one call carries, or how many of the items, from the first on, it can; at least 1.
   * @param call answers item by item: what came of it, or why this one failed.
   * @param againAlone a call that fails as a whole is made again item by item, so that one that nobody can carry (a text that the
   * database refuses) does not take its neighbours with it. For calls that are all or nothing.
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

  /** Resolves with what the call that carried it says of it; rejects with what went wrong for this item alone. */
  add(item: Item): Promise<Answer> {
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
