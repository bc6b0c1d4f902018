import { describe, expect, test } from '@jest/globals';
import { whiteNoise } from '../testing/noise.ts';
import { BandKernel, type PacedGroup } from './band-kernel.ts';

/** The running sums of this many frames take more than one page of the module's memory. */
const FRAMES = 512;
const NARROW = 15;
const WIDE = 1;
const HALF_WIDE = 6;
const FALLS = 0.01;
const RANGE = 1.5;
const TRAIL = 4;
const BEEP = 3;

const BEEPS = 4;

/**
 * Four beeps of three frames, one every 6 or every 8 frames. The compared time begins 24 or 32 frames before the last
 * beep ends.
 */
const PACES = [paced(6, 24), paced(8, 32)];

function paced(step: number, before: number): PacedGroup {
  const frames = TRAIL + before;
  const on = BEEPS * BEEP;
  return {
    step,
    from: -before,
    edges: Array.from({ length: BEEPS }, (_, n) => [-n * step - BEEP, -n * step]).flat(),
    frames,
    on,
    spread: on * (1 - on / frames),
    leastSpread: 1e-6 * frames,
  };
}

/** Computes the same numbers in plain TypeScript, one band after the other. */
class Reference {
  readonly now: number[] = [];
  readonly sums = [Array<number>(NARROW + WIDE + 1).fill(0)];
  readonly squares = [Array<number>(NARROW + WIDE + 1).fill(0)];
  private readonly peaks = Array<number>(NARROW + WIDE + 1).fill(-Infinity);

  push(mel: readonly number[]): void {
    const values = [...mel, Math.max(...mel.slice(0, 2 * HALF_WIDE)), Math.max(...mel)];
    const [sums, squares] = [this.sums.at(-1)!, this.squares.at(-1)!];
    values.forEach((value, band) => {
      this.peaks[band] = Math.max(value, this.peaks[band]! - FALLS);
      this.now[band] = Math.max(0, value - this.peaks[band]! + RANGE);
    });
    this.sums.push(sums.map((sum, band) => sum + this.now[band]!));
    this.squares.push(squares.map((sum, band) => sum + this.now[band]! * this.now[band]!));
  }

  match(band: number, end: number, paces: readonly PacedGroup[]): { fit: number; step: number } | null {
    const total = (of: number[][], from: number, to: number) => of[to]![band]! - of[from]![band]!;
    const drop = total(this.sums, end - BEEP, end) / BEEP - total(this.sums, end, end + TRAIL) / TRAIL;
    if (this.now[band]! > 0.75 || drop < 0.15) return null;
    let best = { fit: 0.52, step: 0 };
    for (const pace of paces) {
      const [from, to] = [end + pace.from, end + TRAIL];
      let beeps = 0;
      for (let n = 0; n < pace.edges.length; n += 2)
        beeps += total(this.sums, end + pace.edges[n]!, end + pace.edges[n + 1]!);
      const mean = total(this.sums, from, to) / pace.frames;
      const spread = total(this.squares, from, to) - pace.frames * mean * mean;
      if (spread < pace.leastSpread) continue;
      const fit = (beeps - pace.on * mean) / Math.sqrt(spread * pace.spread);
      if (fit > best.fit) best = { fit, step: pace.step };
    }
    return best.step === 0 ? null : best;
  }
}

/** Quiet beeps of three frames in noise, one every six to nine frames; they begin at another time in each band. */
function melOf(frame: number, noise: Float32Array): number[] {
  const step = 6 + (Math.floor(frame / 40) % 4);
  return Array.from({ length: NARROW }, (_, band) =>
    Math.fround(((frame + band) % step < BEEP ? -3 : -4) + (noise[(frame * NARROW + band) % noise.length] as number)),
  );
}

describe('the WebAssembly kernel of the frequency bands', () => {
  test('computes the same levels, running sums and groups as plain TypeScript, to the bit, also long after its memory has wrapped around', () => {
    const kernel = new BandKernel({ frames: FRAMES, narrowBands: NARROW, wideBands: WIDE, halfWide: HALF_WIDE });
    const group = kernel.addGroup(PACES, BEEP, TRAIL);
    const reference = new Reference();
    const noise = whiteNoise(10_007, 0.4, 1);
    const found = [0, 0, 0];
    for (let frame = 0; frame < 1_000; frame++) {
      const mel = melOf(frame, noise);
      kernel.mel.set(mel);
      kernel.push(frame, FALLS, RANGE);
      reference.push(mel);
      expect([...kernel.now]).toEqual(reference.now);
      const row = ((frame + 1) % FRAMES) * kernel.rowLength;
      expect([...kernel.sums.subarray(row, row + NARROW + WIDE + 1)]).toEqual(reference.sums.at(-1));
      expect([...kernel.squares.subarray(row, row + NARROW + WIDE + 1)]).toEqual(reference.squares.at(-1));
      if (frame < 40) continue;
      const end = frame + 1 - TRAIL;
      // At the beginning of a stream no pace fits into the known frames, then only the fastest pace.
      for (const known of [0, 1, 2]) {
        const isAnyFound = kernel.match(group, known, end);
        expect(isAnyFound).toBe(kernel.fits.some((fit) => fit > 0));
        for (let band = 0; band < NARROW + WIDE; band++) {
          const best = reference.match(band, end, PACES.slice(0, known));
          expect(kernel.fits[band]).toBe(best?.fit ?? 0);
          if (!best) continue;
          expect(kernel.steps[band]).toBe(best.step);
          found[known]!++;
        }
      }
    }
    expect(found[0]).toBe(0);
    expect(found[1]).toBeGreaterThan(100);
    expect(found[2]).toBeGreaterThan(found[1]!);
  });

  test('finds no group in a constant sound', () => {
    const kernel = new BandKernel({ frames: FRAMES, narrowBands: NARROW, wideBands: WIDE, halfWide: HALF_WIDE });
    const group = kernel.addGroup(PACES, BEEP, TRAIL);
    kernel.mel.fill(-3);
    for (let frame = 0; frame < 200; frame++) kernel.push(frame, FALLS, RANGE);
    expect(kernel.match(group, PACES.length, 200 - TRAIL)).toBe(false);
    expect(new Set(kernel.fits)).toEqual(new Set([0]));
  });
});
