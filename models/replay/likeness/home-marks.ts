import { mostAlike, type Likeness } from '@earshot/cloud/ignored-sounds/likeness.ts';
import type { SoundEmbedding } from '@earshot/cloud/ignored-sounds/sound-embedding.ts';
import { decodeEmbedding } from '@earshot/shared/features/embedding.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { HeardRecording } from './heard-recording.ts';

/** A report that the verifier confirms. */
interface ConfirmedReport extends SoundEmbedding {
  score: number;
  hasStandardRhythm: boolean;
}

/** A play of a recording that alerts: the device reports it and the verifier confirms at least one of the reports. */
export interface Alert {
  file: string;
  isReal: boolean;
  place: number;
  time: number;
  /** Seconds from the start of the sound to the first of these reports. */
  afterS: number;
  confirmed: ConfirmedReport[];
}

/** The same limit as in cloud/ignored-sounds/ignore-alert.ts. */
const MOST_AN_ALERT = 3;

/** The plays that alert in a home with this sensitivity. `threshold`: that of the verifier. */
export function alertsAt(recordings: readonly HeardRecording[], level: Level, threshold: number): Alert[] {
  return recordings.flatMap(({ file, isReal, plays }) =>
    plays.flatMap(({ place, time, level: playedAt, reports }) => {
      if (playedAt !== level) return [];
      const confirmed = reports.filter(({ score }) => score >= threshold);
      if (confirmed.length === 0) return [];
      const embedded = confirmed.map(({ score, hasStandardRhythm, clip, loudest }) => ({
        score,
        hasStandardRhythm,
        clip: decodeEmbedding(clip),
        loudest: decodeEmbedding(loudest),
      }));
      return [{ file, isReal, place, time, afterS: confirmed[0]!.afterS, confirmed: embedded }];
    }),
  );
}

/** What the cloud stores when a member marks the alert as wrong, as `ignoreAlert` does. */
export function markedOf({ confirmed }: Alert, likeness: Likeness): SoundEmbedding[] {
  const marked: SoundEmbedding[] = [];
  for (const report of confirmed.toSorted((a, b) => b.score - a.score)) {
    if (report.hasStandardRhythm || marked.length === MOST_AN_ALERT) continue;
    if (mostAlike(marked, report, likeness) === null) marked.push(report);
  }
  return marked;
}

/** Whether nobody is alerted: each report that the verifier confirms is similar to a marked sound. */
export function isIgnored({ confirmed }: Alert, marked: readonly SoundEmbedding[], likeness: Likeness): boolean {
  return confirmed.every((report) => !report.hasStandardRhythm && mostAlike(marked, report, likeness) !== null);
}
