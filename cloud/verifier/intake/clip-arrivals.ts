import type { CloudParts } from '../../parts.ts';
import { BatchedCalls } from '../../store/batched-calls.ts';
import { traceCarrier } from '../../tracing.ts';
import { type ArrivedClip, clipsArrived } from './clip-arrival.ts';

const MOST_PER_CALL = 50;

type Parts = Pick<CloudParts, 'database' | 'clips' | 'queue' | 'clock'>;

/**
 * For stores to which devices upload directly: checks whether the registered bytes have arrived. Clips that arrive at the same time are
 * written together.
 */
export class ClipArrivals {
  private readonly parts: Parts;
  private readonly noting: BatchedCalls<ArrivedClip, boolean>;

  constructor(parts: Parts) {
    this.parts = parts;
    this.noting = new BatchedCalls(MOST_PER_CALL, (clips) => clipsArrived(parts, clips), { againAlone: true });
  }

  async look(clip: { key: string; bytes: number; homeId: string; candidateId: string }): Promise<boolean> {
    const { homeId, candidateId } = clip;
    if ((await this.parts.clips.size(clip.key)) !== clip.bytes) return false;
    return this.noting.add({ homeId, candidateId, ...traceCarrier() });
  }
}
