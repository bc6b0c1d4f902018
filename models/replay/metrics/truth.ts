import type { LabelMap } from '../../corpus/label-map.ts';
import type { PlayedPart, PlayedSession } from '../play/played.ts';
import { union, type Span } from './spans.ts';

/** An alert counts as a detection of a sound if it comes at most this long after the sound's end, as in the product. */
export const ANSWER_S = 15;

/** A sound that one head must detect. */
export interface Positive {
  label: string;
  /** The label that the corpus gives to the sound. */
  corpusLabel: string;
  part: PlayedPart;
  onsetS: number;
  offsetS: number;
  slices: Record<string, string>;
}

/** The expected results of one session for one head. */
export interface LabelTruth {
  positives: Positive[];
  /** The times at which an alert counts as the detection of a positive. */
  windows: Span[];
  /** The times at which an alert counts neither as right nor as wrong. */
  ignored: Span[];
}

const windowOf = ({ onsetS, offsetS }: { onsetS: number; offsetS: number }): Span => ({
  fromS: onsetS,
  toS: offsetS + ANSWER_S,
});

/** Reads the labels of a session through the label map, for one head. */
export function truthOf(label: string, { parts }: PlayedSession, map: LabelMap): LabelTruth {
  const positives: Positive[] = [];
  const ignored: Span[] = [];
  for (const part of parts) {
    for (const annotation of part.annotations) {
      const rule = map.rule(annotation.label);
      const { onsetS, offsetS } = annotation;
      if (rule.positive === label) {
        const slices = { label: annotation.label, ...part.slices, ...annotation.slices };
        positives.push({ label, corpusLabel: annotation.label, part, onsetS, offsetS, slices });
      } else if (rule.ignore === '*' || rule.ignore.includes(label)) ignored.push(windowOf(annotation));
    }
    for (const { heads, startS, endS } of part.leftOut) {
      if (heads === '*' || heads.includes(label)) ignored.push(windowOf({ onsetS: startS, offsetS: endS }));
    }
    if (part.doubted.some((doubted) => concerns(map, doubted, label)))
      ignored.push(windowOf({ onsetS: part.startS, offsetS: part.startS + part.durationS }));
  }
  return { positives, windows: union(positives.map(windowOf)), ignored: union(ignored) };
}

function concerns(map: LabelMap, corpusLabel: string, label: string): boolean {
  const rule = map.rule(corpusLabel);
  return rule.positive === label || rule.ignore === '*' || rule.ignore.includes(label);
}
