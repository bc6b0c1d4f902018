/** Seeded random numbers (Park and Miller), which are the same on every machine. */
export class Lcg {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
    // Skip the first numbers, because they are similar for neighbouring seeds.
    for (let n = 0; n < 8; n++) this.next();
  }

  /** A random number: 0 < x < 1. */
  next(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }

  isTrue(probability: number): boolean {
    return this.next() < probability;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
