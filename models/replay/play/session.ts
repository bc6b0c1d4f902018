import type { Recording } from '../corpus/recording.ts';

/** What one detector hears in one go, from a fresh state. A plain value: it travels to workers and over queues. */
export type Session = RecordingsSession | SceneSession | HouseDaySession;

/** Recordings back to back, with carried state. */
export interface RecordingsSession {
  kind: 'recordings';
  recordings: Recording[];
}

/** A clip in a background, at a stated SNR, in a room. */
export interface SceneSession {
  kind: 'scene';
  scene: number;
  snrDb: number | null;
}

export interface HouseDaySession {
  kind: 'house-day';
  day: number;
}

/** Silence after the last sound of a session, so that what began in it can still be decided. Counts for nothing. */
export const TAIL_S = 3;
