import { LEAST_PROOF } from '../cadence/explain.ts';
import { CADENCE_PATTERNS, type Cadence, type Candidate } from '../contracts/candidate.ts';
import { KNOWN_LABELS } from '../labels.ts';

/** The verifier's inputs for a candidate apart from the clip. */
export type Evidence = Pick<Candidate, 'label'> & {
  /** `evidence`: what the device measured; older devices do not send it. */
  why: { cadence: Cadence; scores: Candidate['why']['scores']; evidence?: Candidate['why']['evidence'] };
};

/**
 * The device's evidence as the verifier's second input; the one place that lays it out, for cloud and training alike.
 *
 *   8  the candidate's label, one of KNOWN_LABELS (all zero: a label of a later release)
 *   8  the cadence's pattern, one of CADENCE_PATTERNS
 *   2  is there a tone; octaves above 1 kHz
 *   6  on, off and period in seconds (the latter in tens), beeps and groups (log2), fit
 *   8  the highest score of each head of KNOWN_LABELS
 *   2  how well the repetition of the standard's groups is proven (nats, up to 2; 0 below LEAST_PROOF); is it proven
 *   1  whether the sound has been there for longer, 0 to 1; 0 also when the device does not measure it
 *   1  whether the device reports the sound early (see EARLY); 0 also when the device does not measure it
 *   1  how differently the repeated groups sound, 0 to 1; 0 also when the device does not measure it
 *
 * The order of both lists is part of a release: a list may only grow at its end, and EVIDENCE_SIZE grows with it.
 */
export const EVIDENCE_SIZE = 2 * KNOWN_LABELS.length + CADENCE_PATTERNS.length + 13;
/**
 * Positions in the list: of the first pattern, the group count, the fit, the first head's score, the proof, the
 * repetition, the age, the early report and the difference.
 */
export const PATTERNS_AT = KNOWN_LABELS.length;
export const SCORES_AT = KNOWN_LABELS.length + CADENCE_PATTERNS.length + 8;
export const PROOF_AT = SCORES_AT + KNOWN_LABELS.length;
export const REPEATED_AT = PROOF_AT + 1;
export const OLD_AT = REPEATED_AT + 1;
export const EARLY_AT = OLD_AT + 1;
export const DIFFER_AT = EARLY_AT + 1;
export const GROUPS_AT = SCORES_AT - 2;
export const FIT_AT = SCORES_AT - 1;
/** More proof changes nothing: the sound is the alarm. */
const MOST_PROOF = 2;
/**
 * A sound is old when the device has reported it for longer than a minute and it is no louder than the quietest moment of
 * the last 20 s, up to 4 dB, or when its high tone has gone on for longer than a minute: a cricket, alone or beside
 * voices. (Whatever sounds below 2 kHz beside such a tone is then not new, either.) Half is counted after a minute and a
 * half or at 5 dB, and what is louder by 6 dB or began within the last minute counts as new.
 */
const OLD_BELS = 0.4;
const NEW_BELS = 0.6;
const NEW_S = 60;
const OLD_S = 120;
/** The name under which the device sends for how many seconds it has reported the sound. */
export const OPEN_S = 'open_s';
/**
 * The name under which the device sends for how many seconds the loudest high tone has gone on, at this level or a louder
 * one; 0 when anything above 2 kHz is new. Absent when the label's reports do not slow down, and from older devices.
 */
export const KNOWN_S = 'known_s';
/**
 * The name under which the device sends whether a report comes early: the event is new, and its sound so short that a T3
 * alarm could not have repeated its group yet.
 */
export const EARLY = 'early';
/** 0 at `from` and below, 1 at `to` and beyond. */
const between = (value: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));
/** The group count is on a logarithmic scale: 1/4 is one group, 1/2 are three. */
export const groupsValue = (groups: number): number => Math.log2(1 + groups) / 4;

export function evidenceVector({ label, why: { cadence, scores, evidence } }: Evidence): Float32Array {
  // Above 0 from the second group on: see `Rhythm.proof`.
  const measured = evidence?.[`rhythm_${cadence.pattern}`] ?? 0;
  const proof = measured < LEAST_PROOF ? 0 : measured;
  const { pattern, toneHz, onS, offS, periodS, beeps, groups, fit } = cadence;
  return Float32Array.from([
    ...KNOWN_LABELS.map((known) => Number(known === label)),
    ...CADENCE_PATTERNS.map((known) => Number(known === pattern)),
    Number(toneHz !== null),
    toneHz === null ? 0 : Math.log2(toneHz / 1_000),
    Math.min(onS, 3),
    Math.min(offS, 3),
    (periodS ?? 0) / 10,
    Math.log2(1 + beeps) / 4,
    groupsValue(groups),
    fit,
    ...KNOWN_LABELS.map((known) => scores[known] ?? 0),
    Math.min(proof, MOST_PROOF),
    Number(proof > 0),
    Math.max(
      between(-(evidence?.level ?? NEW_BELS), -NEW_BELS, -OLD_BELS) * between(evidence?.[OPEN_S] ?? 0, NEW_S, OLD_S),
      between(evidence?.[KNOWN_S] ?? 0, NEW_S, OLD_S),
    ),
    between(evidence?.[EARLY] ?? 0, 0, 1),
    between(evidence?.[`differ_${cadence.pattern}`] ?? 0, 0, 1),
  ]);
}
