import { KNOWN_LABELS } from '@earshot/shared/labels.ts';

/**
 * The recipe of a verifier's training. This file contains only settings and loads no training code, because the command
 * line loads it at every start.
 */
export interface VerifierRecipe {
  /**
   * Number of shards for the convolutional front, each with a thousand windows of two seconds, and its training steps.
   * A run that begins with a release already has its convolutional front.
   */
  windowShards: number;
  windowsPerShard: number;
  windowSteps: number;
  windowPeakRate: number;
  /** Shards of a hundred scenes for the layers over whole clips. */
  sceneShards: number;
  /** Training steps of the first stage; 0 if the layers over whole clips are already good enough at the start. */
  steps: number;
  /** Shards of the device's candidates, sixty sessions each, for the second and the third stage. */
  candidateShards: number;
  /** Shards of ten smoke alarms, twenty sounds that resemble alarms and seven kettles, for the second and the third stage. */
  alarmShards: number;
  /**
   * Shards of twelve smoke alarms without a standard's rhythm and of twenty sounds that whistle or beep for as long, for
   * the third stage only.
   */
  longToneShards: number;
  /**
   * Whole days in homes without an alarm, for the false candidates of the second and the third stage. With 40 instead of 14 days 27
   * instead of 38 of the 51 false smoke alerts of example-draw.ts are left.
   */
  homeDays: number;
  /** Steps of the second stage, which trains the layers that all labels share; 0 keeps them as they are at the start. */
  fineSteps: number;
  finePeakRate: number;
  /**
   * The third stage: hidden units that only these labels use (own-units.ts); 0 steps: no label gets units of its own.
   */
  ownUnits: { labels: readonly string[]; steps: number; peakRate: number };
  /**
   * The labels for whose scores the sum of all names of the front is fitted (all-names.ts), after the third stage. A run
   * for some labels fits those of them that are listed here, and trains units for those that are listed above.
   */
  allNames: readonly string[];
  batch: number;
  peakRate: number;
  /** Held-back sessions for fitting the weights of the network's score and of the device's evidence. */
  weightSessions: number;
  /** Other held-back sessions, on which thresholds are set. */
  calibrationSessions: number;
  /** Days of homes: one in three for the weights, the others for the thresholds. */
  houseDays: number;
}

/** Smoke alarms have units of their own instead, which see the same names. */
const LABELS_OF_ALL_NAMES: readonly string[] = ['co_alarm', 'low_battery_chirp', 'glass_break'];

export const FULL_VERIFIER: VerifierRecipe = {
  windowShards: 60,
  windowsPerShard: 1_000,
  windowSteps: 20_000,
  windowPeakRate: 2e-3,
  sceneShards: 80,
  steps: 3_600,
  candidateShards: 72,
  alarmShards: 225,
  longToneShards: 330,
  homeDays: 64,
  fineSteps: 4_000,
  finePeakRate: 7e-4,
  // Units for CO alarms were no better than the shared layers (docs/model-history.md).
  ownUnits: { labels: ['smoke_alarm'], steps: 2_500, peakRate: 1e-3 },
  allNames: LABELS_OF_ALL_NAMES,
  batch: 16,
  peakRate: 1.4e-3,
  weightSessions: 500,
  calibrationSessions: 800,
  houseDays: 24,
};

/**
 * For a training that begins with the weights of a release: the first stage only has to improve the convolutional
 * front.
 */
export const MORE_VERIFIER: VerifierRecipe = {
  ...FULL_VERIFIER,
  sceneShards: 60,
  steps: 2_400,
  peakRate: 7e-4,
  fineSteps: 2_000,
};

/**
 * For a training that begins with a release and keeps its device stage: all steps use candidates of that device. It
 * trains only hidden units for the trained labels, or fits what all names together say about them. The embedding does
 * not change, so sounds that homes have marked as harmless stay ignored.
 */
export const ONLY_VERIFIER: VerifierRecipe = {
  ...FULL_VERIFIER,
  sceneShards: 40,
  steps: 0,
  candidateShards: 60,
  fineSteps: 0,
  ownUnits: {
    labels: KNOWN_LABELS.filter((label) => !LABELS_OF_ALL_NAMES.includes(label)),
    steps: 2_500,
    peakRate: 1e-3,
  },
  calibrationSessions: 600,
};

/** Takes minutes: enough to run every stage and to be better than chance. */
export const QUICK_VERIFIER: VerifierRecipe = {
  windowShards: 1,
  windowsPerShard: 128,
  windowSteps: 10,
  windowPeakRate: 2e-3,
  sceneShards: 1,
  steps: 12,
  candidateShards: 1,
  alarmShards: 1,
  longToneShards: 1,
  homeDays: 0,
  fineSteps: 4,
  finePeakRate: 7e-4,
  ownUnits: { labels: ['smoke_alarm'], steps: 4, peakRate: 1e-3 },
  allNames: LABELS_OF_ALL_NAMES,
  batch: 4,
  peakRate: 2e-3,
  weightSessions: 12,
  calibrationSessions: 12,
  houseDays: 0,
};
