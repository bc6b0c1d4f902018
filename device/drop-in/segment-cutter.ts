import { SEGMENT_S } from '@earshot/shared/contracts/drop-in.ts';
import type { Ring } from '../audio/ring.ts';
import { SAMPLE_RATE } from '../audio/source.ts';

const SEGMENT_SAMPLES = SEGMENT_S * SAMPLE_RATE;
/** With a connection that is too slow, older sound is skipped, so that "live" stays live. */
const MOST_BEHIND_SAMPLES = 3 * SAMPLE_RATE;

/** Cuts the sound of all sources, mixed, into seconds without a gap. Begins with the last second. */
export class SegmentCutter {
  private readonly rings: readonly Ring[];
  /** Position of the next sample to read, in each source's ring buffer. */
  private readonly at: number[];

  constructor(rings: readonly Ring[]) {
    this.rings = rings;
    this.at = rings.map(({ start, end }) => Math.max(start, end - SEGMENT_SAMPLES));
  }

  /** The next second; null while no source has a whole one. */
  next(): Float32Array | null {
    const behind = this.rings.map(({ end }, i) => end - (this.at[i] ?? 0));
    if (!behind.some((samples) => samples >= SEGMENT_SAMPLES)) return null;
    const mixed = new Float32Array(SEGMENT_SAMPLES);
    this.rings.forEach((ring, i) => {
      // A source that is a little behind is mixed in from the next segment on.
      if ((behind[i] ?? 0) < SEGMENT_SAMPLES) return;
      const from = (behind[i] ?? 0) > MOST_BEHIND_SAMPLES ? ring.end - SEGMENT_SAMPLES : (this.at[i] ?? 0);
      this.at[i] = from + SEGMENT_SAMPLES;
      ring.read(from, from + SEGMENT_SAMPLES).forEach((sample, at) => (mixed[at] = (mixed[at] ?? 0) + sample));
    });
    return mixed;
  }
}
