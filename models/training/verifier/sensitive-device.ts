import type { Release } from '@earshot/device/releases/release.ts';

/** Of the threshold of the most sensitive level. */
const NERVOUS = 0.6;

/**
 * A device that suspects more than any home's does, at level `high`: its mistakes are as those of a home's and three times as many, and
 * what the verifier learns from is rare.
 */
export const nervous = (release: Release): Release => ({
  ...release,
  manifest: {
    ...release.manifest,
    heads: release.manifest.heads.map((head) => ({
      ...head,
      levels: { ...head.levels, high: { ...head.levels.high, threshold: head.levels.high.threshold * NERVOUS } },
    })),
  },
});
