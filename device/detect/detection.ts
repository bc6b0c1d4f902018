import type { Why } from '@earshot/shared/contracts/candidate.ts';
import type { Level } from '@earshot/shared/labels.ts';

/** What the detector says. Everything is counted in samples since the source started, nothing in wall-clock time. */
export type Detection = CandidateDetection | HeardDetection | EndedDetection;

export interface CandidateDetection {
  type: 'candidate';
  label: string;
  /** Highest evidence since the sound began. */
  score: number;
  level: Level;
  why: Why;
  /** Where the sound began, and how far the source had been heard when the detector was sure. */
  startSample: number;
  detectedSample: number;
  /** Equal for all candidates of one uninterrupted sound. */
  eventId: number;
  /** The sound goes on and is told again: the first candidate may have been rejected for another sound. */
  again: boolean;
}

/** A told event still sounds; at most every ten seconds. */
export interface HeardDetection {
  type: 'heard';
  label: string;
  eventId: number;
  atSample: number;
}

/** A told event is over; `atSample` is when it was last heard. */
export interface EndedDetection {
  type: 'ended';
  label: string;
  eventId: number;
  atSample: number;
}
