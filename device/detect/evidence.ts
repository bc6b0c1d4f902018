/**
 * The measurements that a decision uses, by name: a fixed list over the last 20 s. Scores are log-odds in decades (0:
 * as likely as not; 1: ten to one) and levels are bels. Durations and pauses are shares of the longest that is
 * measured.
 */
import { PATTERNS, type Rhythm, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
import { LONGEST_PAUSE_S } from '@earshot/shared/cadence/templates.ts';
import type { Decision } from '@earshot/shared/contracts/release.ts';
import { HISTORY_S, type Activity, type ScoreHistory } from './score-history.ts';

const DB_PER_BEL = 10;
/**
 * At most this many consecutive groups are counted. It is enough: three clean T3 groups are reported whatever the
 * network's score is.
 */
const GROUPS_IN_A_ROW = 3;

/** Evidence that is measured once for all labels. */
const SHARED = [
  ...PATTERNS.map((pattern) => `rhythm_${pattern}`),
  'groups_t3',
  'groups_t4',
  'alone_t3',
  'alone_t4',
  'differ_t4',
  'faint_t4',
  'filled_t4',
  'pitch_stability',
  'level',
  'cut_off',
] as const;
/** Evidence that is measured for each head. */
const OF_A_HEAD = ['score', 'peak', 'sure', 'recent', 'long', 'lasting', 'duration', 'sounding', 'quiet'] as const;

export const evidenceNames = (labels: readonly string[]): string[] => [
  ...SHARED,
  ...labels.flatMap((label) => OF_A_HEAD.map((kind) => `${kind}_${label}`)),
];

/** Which reason an alert shows for a piece of evidence. All scores of a head are shown as one reason. */
export function reasonOf(name: string): string {
  if (/^(groups|alone|differ|faint|filled)_/.test(name)) return 'groups';
  const kind = OF_A_HEAD.find((known) => name.startsWith(`${known}_`));
  if (kind === undefined) return name;
  return ['duration', 'sounding', 'quiet'].includes(kind) ? kind : `score_${name.slice(kind.length + 1)}`;
}

export interface Moment {
  rhythms: Rhythms;
  pitchStability: number;
  aboveRoomDb: number;
  /** Whether the source has ended. Then nobody knows whether the sound would have continued. */
  isCutOff: boolean;
}

/** Values in the order of `evidenceNames`, in an array that the next call overwrites. */
export class Evidence {
  readonly values: Float64Array;
  /** The activity of each head at the last measurement. */
  readonly activities: Activity[] = [];
  private readonly decision: Pick<Decision, 'windows' | 'oddsLimit'>;
  private readonly heads: number;

  constructor(heads: number, decision: Pick<Decision, 'windows' | 'oddsLimit'>) {
    this.heads = heads;
    this.decision = decision;
    this.values = new Float64Array(SHARED.length + heads * OF_A_HEAD.length);
  }

  measure({ rhythms, pitchStability, aboveRoomDb, isCutOff }: Moment, history: ScoreHistory): Float64Array {
    const { values } = this;
    const { windows, oddsLimit } = this.decision;
    let at = 0;
    for (const pattern of PATTERNS) values[at++] = rhythms[pattern].proof;
    values[at++] = proofOfAll(rhythms.t3);
    values[at++] = proofOfAll(rhythms.t4);
    values[at++] = rhythms.t3.pairs.alone;
    values[at++] = rhythms.t4.pairs.alone;
    // Birdsong and music contain T4 by chance, because its beeps are short; these three measurements count against that.
    // They are 0 until a group repeats. They would not help with T3: machines beep in T3, too, and sound the same each time.
    values[at++] = rhythms.t4.pairs.differ;
    values[at++] = rhythms.t4.pairs.faint;
    values[at++] = rhythms.t4.pairs.filled;
    values[at++] = pitchStability;
    values[at++] = aboveRoomDb / DB_PER_BEL;
    values[at++] = Number(isCutOff);
    for (let head = 0; head < this.heads; head++) {
      const activity = history.activity(head);
      const { durationS, activeS, quietS } = activity;
      this.activities[head] = activity;
      values[at++] = odds(history.newestShort(head), oddsLimit);
      const peak = odds(history.peakOver(head, windows.peakS), oddsLimit);
      values[at++] = peak;
      values[at++] = Math.max(0, peak);
      values[at++] = odds(history.meanOver(head, windows.recentS), oddsLimit);
      const long = odds(history.meanOver(head, windows.longS), oddsLimit);
      values[at++] = long;
      values[at++] = Math.max(0, long);
      values[at++] = durationS / HISTORY_S;
      values[at++] = durationS === 0 ? 0 : activeS / durationS;
      values[at++] = Math.min(1, quietS / LONGEST_PAUSE_S);
    }
    return values;
  }
}

/** How often a group of a standard's rhythm has repeated in consecutive groups, of which at most three are counted. */
export const repetitionsOf = ({ proof, groups }: Rhythm): number =>
  proof > 0 ? Math.min(groups, GROUPS_IN_A_ROW) - 1 : 0;

/** The proof of a rhythm counts once for each repetition of its group. */
const proofOfAll = (rhythm: Rhythm): number => rhythm.proof * repetitionsOf(rhythm);

/** Log-odds in decades, limited by the release, because a score that is rounded to 0 or 1 has infinite log-odds. */
function odds(probability: number, limit: number): number {
  const decades = Math.log10(probability / (1 - probability));
  return Math.min(limit, Math.max(-limit, decades));
}
