/**
 * Chooses a few thousand vectors that represent millions: every vector of a stream lies within `radius` of a vector
 * that is kept. A rare vector is kept itself; rare sounds are those that a head confuses with its own sound. (Charikar
 * et al., "Incremental clustering and dynamic information retrieval", 1997: the radius grows when there are too many
 * vectors.)
 */
const GROWTH = 1.15;
const FIRST_RADIUS = 0.4;
/** This many recently matched vectors are tried first: sounds repeat, so most vectors match one of them. */
const RECENT = 24;

interface Kept {
  vector: Float32Array;
  /** Number of moments in which this vector, or one that it represents, occurred. */
  count: number;
  lastMoment: number;
}

export class TypicalVectors {
  radius = FIRST_RADIUS;
  private readonly most: number;
  private kept: Kept[] = [];
  private recent: Kept[] = [];

  constructor(most: number) {
    this.most = most;
  }

  /** `moment`: several vectors of the same moment add only 1 to the count of the vector that represents them. */
  add(vector: Float32Array, moment: number): void {
    const near = this.nearOf(this.recent, vector) ?? this.nearOf(this.kept, vector);
    const one = near ?? { vector: vector.slice(), count: 0, lastMoment: -1 };
    if (!near) this.kept.push(one);
    if (one.lastMoment !== moment) one.count++;
    one.lastMoment = moment;
    if (!this.recent.includes(one)) this.recent = [one, ...this.recent.slice(0, RECENT - 1)];
    while (this.kept.length > this.most) this.widen();
  }

  get vectors(): { vector: Float32Array; count: number }[] {
    return this.kept;
  }

  private widen(): void {
    this.radius *= GROWTH;
    const before = this.kept;
    this.kept = [];
    this.recent = [];
    for (const one of before) {
      const near = this.nearOf(this.kept, one.vector);
      if (near) near.count += one.count;
      else this.kept.push(one);
    }
  }

  private nearOf(among: readonly Kept[], vector: Float32Array): Kept | null {
    const most = this.radius ** 2;
    for (const one of among) {
      const other = one.vector;
      let sum = 0;
      for (let i = 0; i < other.length && sum <= most; i++) sum += ((other[i] as number) - (vector[i] as number)) ** 2;
      if (sum <= most) return one;
    }
    return null;
  }
}
