import type { IgnoredPrototype } from '@earshot/shared/contracts/ignored-sounds.ts';
import { cosine, decodeEmbedding, type MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import type { SilencedSounds } from '../detect/detector-settings.ts';

/**
 * How similar (cosine of the embeddings) two sounds must be to count as the same sound, by label. Chosen on the
 * training corpus; docs/learning.md says how.
 */
const SAME_SOUND_ABOVE: Readonly<Record<string, number>> = { footsteps: 0.98 };
const OTHERS_ABOVE = 0.977;

/** The ignored sounds of this device, with which each sound is compared before it is reported. */
export class Prototypes implements SilencedSounds {
  private readonly known: readonly { id: string; label: string; embedding: MadeEmbedding }[];
  private readonly above: number | undefined;

  /** `above`: one threshold for all labels instead of the label's own; only measurements set it. */
  constructor(sounds: readonly IgnoredPrototype[], above?: number) {
    this.above = above;
    this.known = sounds.map(({ id, label, embedding: { trunkSha256, values } }) => ({
      id,
      label,
      embedding: { values: decodeEmbedding(values), by: trunkSha256 },
    }));
  }

  /** An embedding of another trunk or of another length is similar to no sound. */
  find(label: string, { values, by }: MadeEmbedding): string | null {
    let [best, likeness] = [null as string | null, this.above ?? SAME_SOUND_ABOVE[label] ?? OTHERS_ABOVE];
    for (const { id, label: own, embedding } of this.known) {
      if (own !== label || embedding.by !== by || embedding.values.length !== values.length) continue;
      const alike = cosine(embedding.values, values);
      if (alike >= likeness) [best, likeness] = [id, alike];
    }
    return best;
  }
}
