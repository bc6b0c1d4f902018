import { EventBased } from './event-based.ts';
import type { Figures } from './figures.ts';
import { labelsOf, type EventsByFile } from './scored-event.ts';
import { SegmentBased } from './segment-based.ts';

export interface ScoreOptions {
  collarS: number;
  /** Also require the offset (sed_eval: within 50 % of the length, or the collar). */
  offsets: boolean;
  segmentS: number;
  /** Which files are scored: all files of the reference and the estimate, or only those of the reference. */
  files: 'union' | 'reference';
}

/** DCASE's usual values: 500 ms on the onset, segments of one second. */
export const USUAL_SCORING: ScoreOptions = { collarS: 0.5, offsets: false, segmentS: 1, files: 'union' };

export interface LabelledFigures {
  overall: Figures;
  labels: Record<string, Figures>;
}

export interface Scores {
  event: LabelledFigures;
  segment: LabelledFigures;
}

/** Event-based and segment-based figures of one annotation against another, equal to sed_eval's. */
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
