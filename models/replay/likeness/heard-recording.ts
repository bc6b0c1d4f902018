import { readFile } from 'node:fs/promises';
import type { Level } from '@earshot/shared/labels.ts';

/** A play that the device reported at the level. */
export interface HeardPlay {
  /** 0: made noise; from 1 on: a recorded room. */
  place: number;
  /** Numbers the plays of one recording in one place. */
  time: number;
  level: Level;
  reports: {
    /** Seconds from the start of the sound to the report. */
    afterS: number;
    eventStartS: number;
    /** The verifier's score. */
    score: number;
    hasStandardRhythm: boolean;
    /** The embeddings as base64: of the clip, the names of its loudest part, and the device's own. */
    clip: string;
    loudest: string;
    device: string;
  }[];
}

/** What `hear-at-home.ts` writes of one recording. */
export interface HeardRecording {
  file: string;
  isReal: boolean;
  plays: HeardPlay[];
}

/** Reads the lines of `hear-at-home.ts`; none when the file does not exist yet. */
export async function readHeard(file: string): Promise<HeardRecording[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as HeardRecording);
}
