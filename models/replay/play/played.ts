import type { Why } from '@earshot/shared/contracts/candidate.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { Problem } from '../../corpus/problem.ts';
import type { ModeSpan } from '../../scenes/homes/schedule.ts';
import type { LeftOut } from '../../scenes/scene-types.ts';

/**
 * The results of one session: everything that metrics, reports and resuming need. Times are in seconds from the start
 * of the session.
 */
export interface PlayedSession {
  session: number;
  parts: PlayedPart[];
  alerts: PlayedAlert[];
  evidence: EvidenceTrack;
  problems: Problem[];
  /**
   * CPU time of the thread that played the session, including decoding and verifying. Only the CPU times differ from
   * run to run.
   */
  cpuMs: number;
  /** CPU time of decoding compressed formats, and the seconds of sound that were decoded. */
  decodeMs: number;
  decodedS: number;
  /** CPU time that the verifier took. */
  verifyMs: number;
}

/** One recording, scene or house day inside the session. */
export interface PlayedPart {
  file: string;
  startS: number;
  durationS: number;
  /** The labels of the corpus, with times from the start of the session. */
  annotations: { label: string; onsetS: number; offsetS: number; slices?: Record<string, string> }[];
  leftOut: LeftOut[];
  slices: Record<string, string>;
  doubted: string[];
  /** The home's mode over a house day. */
  modes?: readonly ModeSpan[];
}

/** A candidate of the device. It has a verdict when there was a verifier. */
export interface PlayedAlert {
  label: string;
  score: number;
  level: Level;
  startS: number;
  detectedS: number;
  /** The last time at which the device reported that the event still sounds. */
  endS: number;
  event: number;
  again: boolean;
  why: Why;
  verifier: PlayedVerdict | null;
}

export interface PlayedVerdict {
  confirmed: boolean;
  score: number;
}

/** The highest evidence in each second, by label, with four decimals. The threshold sweep uses this. */
export interface EvidenceTrack {
  labels: readonly string[];
  /** Layout: [label][second]. */
  seconds: number[][];
}
