const { imul } = Math;

/**
 * Seeded random numbers for the proving sounds (splitmix32). The generator is not the one of `models/synthesis`,
 * because proving shares nothing with the sounds of training.
 */
export class Dice {
  private state: number;

  constructor(...seed: readonly (string | number)[]) {
    // Hash the words of the seed by FNV-1a.
    let hash = 0x811c9dc5;
    for (const character of seed.join('\u0000')) hash = imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
    this.state = hash >>> 0;
  }

  /** A random number: 0 <= x < 1. */
  roll(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = this.state ^ (this.state >>> 16);
    mixed = imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.roll();
  }

  /** A random number, uniform on a logarithmic scale. */
  octaves(low: number, high: number): number {
    return low * Math.exp(Math.log(high / low) * this.roll());
  }

  /** A random whole number from the first to the second bound, including both. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.roll());
  }

  one<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(choices.length * this.roll())] ?? choices[0];
  }

  isUnder(probability: number): boolean {
    return this.roll() < probability;
  }

  /** White noise between -1 and 1. */
  white(length: number): Float32Array {
    const noise = new Float32Array(length);
    for (let i = 0; i < length; i++) noise[i] = 2 * this.roll() - 1;
    return noise;
  }
}
