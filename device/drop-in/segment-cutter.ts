import { SEGMENT_S } from '@earshot/shared/contracts/drop-in.ts';
import type { Ring } from '../audio/ring.ts';
import { SAMPLE_RATE } from '../audio/source.ts';

const SEGMENT_SAMPLES = SEGMENT_S * SAMPLE_RATE;
/**
 * When more sound than this waits to be sent, because the connection is too slow, skip to the newest second: "live"
 * must stay live.
 */
const MOST_BEHIND_SAMPLES = 3 * SAMPLE_RATE;

/**
 * Mixes the sound of all sources and cuts it into segments of one second without gaps. The first segment is the second
 * before the start.
 */
export class SegmentCutter {
  private readonly rings: readonly Ring[];
  /** Position of the next sample to read, in each source's ring buffer. */
  private readonly at: number[];

  constructor(rings: readonly Ring[]) {
    this.rings = rings;
    this.at = rings.map(({ start, end }) => Math.max(start, end - SEGMENT_SAMPLES));
  }

  /** The next second of sound; null while no source has a whole second. */
  next(): Float32Array | null {
    const behind = this.rings.map(({ end }, i) => end - (this.at[i] ?? 0));
    if (!behind.some((samples) => samples >= SEGMENT_SAMPLES)) return null;
    const mixed = new Float32Array(SEGMENT_SAMPLES);
    this.rings.forEach((ring, i) => {
      // A source that lags behind is left out of this segment and mixed in from the next one on.
      if ((behind[i] ?? 0) < SEGMENT_SAMPLES) return;
      const from = (behind[i] ?? 0) > MOST_BEHIND_SAMPLES ? ring.end - SEGMENT_SAMPLES : (this.at[i] ?? 0);
      this.at[i] = from + SEGMENT_SAMPLES;
      ring.read(from, from + SEGMENT_SAMPLES).forEach((sample, at) => (mixed[at] = (mixed[at] ?? 0) + sample));
    });
    return mixed;
  }
}
