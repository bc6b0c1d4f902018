import type { Recording } from '../recordings/recording.ts';

/**
 * What one detector plays without a break, starting with a fresh state. It is plain data, because it is sent to threads
 * and through queues.
 */
export type Session = RecordingsSession | SceneSession | HouseDaySession;

/** Recordings that are played one after the other without resetting the detector's state. */
export interface RecordingsSession {
  kind: 'recordings';
  recordings: Recording[];
}

/**
 * The corpus from which scenes and days are rendered. They use only recordings of `train` on which the thresholds were
 * set, and none on which weights were trained.
 */
export interface SceneWorldPlace {
  corpus: string;
  cache: string;
  seed: number;
  /** `all` uses all recordings. It is for a corpus that was made by code, on which no weights were trained. */
  part?: 'all';
}

/** One scene of sixteen seconds: an event or confusers in a room, over a background. */
export interface SceneSession {
  kind: 'scene';
  world: SceneWorldPlace;
  scene: number;
  /** Signal-to-noise ratio in dB. Null: a random value from -5 to 30 dB. */
  snrDb: number | null;
}

/** Twenty-four hours of a home without an alarm. */
export interface HouseDaySession {
  kind: 'house-day';
  world: SceneWorldPlace;
  day: number;
}

/**
 * Length of the silence after the last sound of a session, so that the detector can still decide on it. It is not part
 * of the counted time.
 */
export const TAIL_S = 3;
