interface Waiting {
  group: string;
  go: () => void;
}

/**
 * Limits concurrent requests, in total and per home. Waiting requests hold no database connection. Without the limit, a flood of requests
 * would occupy the connections that the loops for notifications need. Urgent requests are admitted first. p-queue cannot replace this: it
 * has priorities but no limit per group. With a p-queue for each home in front of a shared one, one home could occupy all places in the
 * shared queue.
 */
export class FairLimiter {
  private readonly places: number;
  private readonly placesAGroup: number;
  private taken = 0;
  private readonly takenBy = new Map<string, number>();
  private readonly urgent: Waiting[] = [];
  private readonly usual: Waiting[] = [];

  constructor(places: number, placesAGroup: number) {
    this.places = places;
    this.placesAGroup = placesAGroup;
  }

  /** Resolves when the request may run. The caller must call the returned function once, at the end of the request. */
  async enter(group: string, isUrgent: boolean): Promise<() => void> {
    await new Promise<void>((go) => {
      (isUrgent ? this.urgent : this.usual).push({ group, go });
      this.admit();
    });
    return () => {
      this.taken--;
      const left = (this.takenBy.get(group) ?? 1) - 1;
      if (left > 0) this.takenBy.set(group, left);
      else this.takenBy.delete(group);
      this.admit();
    };
  }

  private admit(): void {
    for (const line of [this.urgent, this.usual]) {
      for (let at = 0; at < line.length && this.taken < this.places;) {
        const { group, go } = line[at] as Waiting;
        const inside = this.takenBy.get(group) ?? 0;
        if (inside >= this.placesAGroup) {
          at++;
          continue;
        }
        line.splice(at, 1);
        this.taken++;
        this.takenBy.set(group, inside + 1);
        go();
      }
    }
  }
}
