import type { Release } from '@earshot/device/releases/release.ts';

/** The thresholds of the most sensitive level are multiplied by this factor. */
const THRESHOLD_FACTOR = 0.6;

/**
 * The release with a lower threshold at level `high` than any home uses. It makes the same kinds of mistakes, but
 * three times as many, and the verifier needs many to learn from.
 */
export const moreSensitive = (release: Release): Release => ({
  ...release,
  manifest: {
    ...release.manifest,
    heads: release.manifest.heads.map((head) => ({
      ...head,
      levels: {
        ...head.levels,
        high: { ...head.levels.high, threshold: head.levels.high.threshold * THRESHOLD_FACTOR },
      },
    })),
  },
});
