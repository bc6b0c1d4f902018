/**
 * What the device's events need of an evaluation besides its evidence, as numbers of a recorded stream: the time up to
 * which sound was processed, whether the stream ended, what sounds above 2 kHz, the reading of each rhythm, and for each head
 * since when its sound was heard and whether it is heard now.
 */
import type { Evaluation } from '@earshot/device/detect/label-watch.ts';
import { NO_PAIR } from '@earshot/shared/cadence/group-chains.ts';
import { HIGH_SOUNDS, type HighSound } from '@earshot/shared/cadence/high-sound.ts';
import { NO_CADENCE, PATTERNS, type Rhythm, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
import { QUIETEST_DBFS } from '@earshot/shared/contracts/candidate.ts';
import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';

/** The evaluations of a recorded stream. */
export interface RecordedEvaluations {
  /** Evidence, row by row, in the order of `evidenceNames`. */
  rows: Float32Array;
  /** When each row was measured. */
  atS: Float64Array;
  /** What else was known at each row, moment by moment. */
  moments: Float64Array;
}

/** Positions of the numbers in a moment. */
const [NOW, IS_CUT_OFF, FIRST_HIGH] = [0, 1, 2];
/** Of each of the two sounds above 2 kHz: level, pitch, and whether it goes on. */
const HIGH_NUMBERS = 3;
const FIRST_RHYTHM = FIRST_HIGH + HIGH_SOUNDS * HIGH_NUMBERS;
const OF_A_RHYTHM = ['fit', 'proof', 'groups', 'sinceSample', 'lastSample'] as const;
/** Of a rhythm's cadence only the fit is recorded, because the rest is for the text of an alert. */
const RHYTHM_NUMBERS = OF_A_RHYTHM.length + 1;
const FIRST_HEAD = FIRST_RHYTHM + PATTERNS.length * RHYTHM_NUMBERS;
const HEAD_NUMBERS = 2;

/** `evaluations`: those of all heads at the same time, in the manifest's order. */
export function momentOf(evaluations: readonly Evaluation[]): Float64Array {
  const { nowSample, isCutOff, highSounds, rhythms } = evaluations[0] as Evaluation;
  return Float64Array.from([
    nowSample,
    Number(isCutOff),
    // No pitch is recorded as 0 Hz.
    ...highSounds.flatMap(({ db, hz, goesOn }) => [db, hz ?? 0, Number(goesOn)]),
    ...PATTERNS.flatMap((pattern) => {
      const rhythm = rhythms[pattern];
      return [...OF_A_RHYTHM.map((name) => rhythm[name]), rhythm.cadence.fit];
    }),
    ...evaluations.flatMap(({ beganSample, soundsNow }) => [beganSample, Number(soundsNow)]),
  ]);
}

/** Until when the device had processed the stream at moment `i`, in samples. */
export const nowSampleAt = ({ atS, moments }: Pick<RecordedEvaluations, 'atS' | 'moments'>, i: number): number =>
  moments[i * (moments.length / atS.length) + NOW] as number;

/**
 * Evaluation `i` of a recorded stream, as the watch of the label at position `head` was given it. What only the text of
 * an alert needs is left out: scores, embedding, level, pitch and lengths of the beeps.
 */
export function evaluationAt({ rows, atS, moments }: RecordedEvaluations, i: number, head: number): Evaluation {
  const width = moments.length / atS.length;
  const evidenceNumbers = rows.length / atS.length;
  const at = (number: number): number => moments[i * width + number] as number;
  return {
    evidence: Float64Array.from(rows.subarray(i * evidenceNumbers, (i + 1) * evidenceNumbers)),
    // Most evaluations are below the threshold, and then nobody asks for the rhythms.
    get rhythms() {
      return rhythmsOf(at);
    },
    atSample: Math.round((atS[i] as number) * SAMPLE_RATE),
    nowSample: at(NOW),
    levelDbfs: QUIETEST_DBFS,
    highSounds: highSoundsOf(at),
    scores: () => ({}),
    beganSample: at(FIRST_HEAD + head * HEAD_NUMBERS),
    soundsNow: at(FIRST_HEAD + head * HEAD_NUMBERS + 1) === 1,
    isCutOff: at(IS_CUT_OFF) === 1,
    embedding: () => NO_EMBEDDING,
  };
}

function highSoundsOf(at: (number: number) => number): HighSound[] {
  return Array.from({ length: HIGH_SOUNDS }, (_, n) => {
    const first = FIRST_HIGH + n * HIGH_NUMBERS;
    return { db: at(first), hz: at(first + 1) || null, goesOn: at(first + 2) === 1 };
  });
}

const NO_EMBEDDING: MadeEmbedding = { values: new Float32Array(0), by: '' };

function rhythmsOf(at: (number: number) => number): Rhythms {
  const rhythm = (first: number): Rhythm => ({
    ...(Object.fromEntries(OF_A_RHYTHM.map((name, n) => [name, at(first + n)])) as Pick<
      Rhythm,
      (typeof OF_A_RHYTHM)[number]
    >),
    pairs: NO_PAIR,
    cadence: { ...NO_CADENCE, fit: at(first + OF_A_RHYTHM.length) },
  });
  return Object.fromEntries(
    PATTERNS.map((pattern, n) => [pattern, rhythm(FIRST_RHYTHM + n * RHYTHM_NUMBERS)]),
  ) as Rhythms;
}
