import {
  FULL_VERIFIER,
  MORE_VERIFIER,
  ONLY_VERIFIER,
  QUICK_VERIFIER,
  type VerifierRecipe,
} from './verifier/verifier-recipe.ts';
import type { MaterialSize } from './calibration/calibration-material.ts';
import type { DeviceRecipe } from './device-recipe.ts';

/** All settings of a training run. Besides them, its result depends only on the corpus and the code. */
export interface Recipe {
  device: Omit<DeviceRecipe, 'seed'>;
  /** Number of training steps for the heads that are added to the finished trunk. */
  addedSteps: number;
  calibration: MaterialSize;
  verifier: VerifierRecipe;
}

/**
 * 200 shards contain 71 hours of scenes. Each scene is used about thirty times, with small changes each time. A network
 * with 10,000 steps on 110 shards was worse for every label, both on held-back sounds and on dev/.
 */
export const FULL: Recipe = {
  device: {
    steps: 22_000,
    peakRate: 2.2e-3,
    batch: 32,
    shards: 200,
    firstShards: 14,
    stepsPerShard: 40,
    missWeight: 3,
    forgetCost: 0,
  },
  addedSteps: 600,
  calibration: { scenesPerLabel: 160, pairs: 160, nearMisses: 300, houseHours: 288 },
  verifier: FULL_VERIFIER,
};

/**
 * Continues from the weights of a release, with fewer and smaller steps on new scenes. `forgetCost` keeps the trunk
 * from forgetting other sounds; without it, sounds that homes teach are recognised less well (the model card has the
 * figures).
 */
export const MORE: Recipe = {
  ...FULL,
  device: {
    ...FULL.device,
    steps: 4_000,
    peakRate: 1.2e-3,
    shards: 160,
    firstShards: 40,
    stepsPerShard: 15,
    forgetCost: 0.5,
  },
  verifier: MORE_VERIFIER,
};

/** Trains only the heads on the trunk of a release. Its steps are larger, because heads have few weights. */
export const HEADS_ONLY: Recipe = { ...MORE, device: { ...MORE.device, peakRate: 2e-3 } };

/** Trains only the verifier. */
export const VERIFIER_ONLY: Recipe = { ...MORE, verifier: ONLY_VERIFIER };

/**
 * The recipe for CI, which takes only minutes. The network learns to distinguish an alarm from a quiet room, but is not
 * good enough for use in a home.
 */
export const QUICK: Recipe = {
  device: {
    steps: 240,
    peakRate: 3e-3,
    batch: 16,
    shards: 3,
    firstShards: 2,
    stepsPerShard: 20,
    missWeight: 3,
    forgetCost: 0,
  },
  addedSteps: 0,
  calibration: { scenesPerLabel: 8, pairs: 2, nearMisses: 25, houseHours: 0 },
  verifier: QUICK_VERIFIER,
};
