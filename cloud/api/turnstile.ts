interface Waiting {
  group: string;
  go: () => void;
}

/**
 * Lets so many requests in at once, and so many of each home; the others wait outside, where they hold no connection of the database.
 * Without it a flood would queue for connections instead, and with it the loops that tell people of alarms. What is urgent goes first.
 */
export class Turnstile {
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

  /** Resolves when it is this one's turn; whoever is in must call what it answers, once. */
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
