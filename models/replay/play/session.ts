import type { Recording } from '../recordings/recording.ts';

/**
 * What one detector plays without a break, beginning with a fresh state. It is plain data, because it is sent to
 * threads and over queues.
 */
export type Session = RecordingsSession | SceneSession | HouseDaySession;

/** Recordings that are played one after the other without resetting the detector's state. */
export interface RecordingsSession {
  kind: 'recordings';
  recordings: Recording[];
}

/**
 * The recordings from which scenes and days are rendered: those recordings of `train` on which the thresholds were set,
 * and none on which weights were trained.
 */
export interface SceneWorldPlace {
  corpus: string;
  cache: string;
  seed: number;
  /** All recordings instead: for a corpus that was made by code, of which no weights were trained. */
  part?: 'all';
}

/** One scene of sixteen seconds: an event or confusers in a room, over a background. */
export interface SceneSession {
  kind: 'scene';
  world: SceneWorldPlace;
  scene: number;
  /** Null: chosen at random from -5 to 30 dB. */
  snrDb: number | null;
}

/** Twenty-four hours of a home without an alarm. */
export interface HouseDaySession {
  kind: 'house-day';
  world: SceneWorldPlace;
  day: number;
}

/**
 * Silence after the last sound of a session, so that its events can still be decided. It is not part of the counted
 * time.
 */
export const TAIL_S = 3;
