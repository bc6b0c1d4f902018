import { EventBased } from './event-based.ts';
import type { Figures } from './figures.ts';
import { labelsOf, type EventsByFile } from './scored-event.ts';
import { SegmentBased } from './segment-based.ts';

export interface ScoreOptions {
  collarS: number;
  /** Requires the offset to match, too (sed_eval: within the collar or within 50 % of the event's length). */
  offsets: boolean;
  segmentS: number;
  /**
   * Which files are scored: `union` all files of the reference and the estimate, `reference` only files of the
   * reference.
   */
  files: 'union' | 'reference';
}

/** The usual values in DCASE: onsets within 500 ms, segments of one second. */
export const USUAL_SCORING: ScoreOptions = { collarS: 0.5, offsets: false, segmentS: 1, files: 'union' };

export interface LabelledFigures {
  overall: Figures;
  labels: Record<string, Figures>;
}

export interface Scores {
  event: LabelledFigures;
  segment: LabelledFigures;
}

/**
 * Computes event-based and segment-based figures of an estimate against a reference. They are equal to sed_eval's
 * figures.
 */
export function score(reference: EventsByFile, estimated: EventsByFile, options: ScoreOptions = USUAL_SCORING): Scores {
  const labels = labelsOf(reference, estimated);
  const events = new EventBased(labels, { collarS: options.collarS, offsetPartOfLength: options.offsets ? 0.5 : null });
  const segments = new SegmentBased(labels, options.segmentS);
  const files = new Set([...reference.keys(), ...(options.files === 'union' ? estimated.keys() : [])]);
  for (const file of [...files].sort()) {
    const [ours, theirs] = [reference.get(file) ?? [], estimated.get(file) ?? []];
    events.add(ours, theirs);
    segments.add(ours, theirs);
  }
  return { event: events.results(), segment: segments.results() };
}
