/**
 * The measurements that a decision weighs, by name: a fixed list over the last 20 s. Most lie between 0 and 1, so that weights can be
 * compared; scores are log-odds in units of five.
 */
import { PATTERNS, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
import { LONGEST_PAUSE_S } from '@earshot/shared/cadence/templates.ts';
import type { Decision } from '@earshot/shared/contracts/release.ts';
import type { ScoreHistory } from './score-history.ts';

/** What is measured once for all labels … */
const SHARED = [
  ...PATTERNS.map((pattern) => `rhythm_${pattern}`),
  'groups_t3',
  'groups_t4',
  'pitch_stability',
  'level',
  'cut_off',
] as const;
/** … and for each head. */
const OF_A_HEAD = ['score', 'peak', 'recent', 'long', 'duration', 'sounding', 'quiet'] as const;

/** The standards' proof: three groups agree (DESIGN: three T3 groups are a smoke alarm, whatever the network thinks). */
const PROVEN_GROUPS = 3;

export const evidenceNames = (labels: readonly string[]): string[] => [
  ...SHARED,
  ...labels.flatMap((label) => OF_A_HEAD.map((kind) => `${kind}_${label}`)),
];

/** What a person is told of a piece of evidence: all that a head's scores say is one reason. */
export function reasonOf(name: string): string {
  if (name.startsWith('groups_')) return 'groups';
  const kind = OF_A_HEAD.find((known) => name.startsWith(`${known}_`));
  if (kind === undefined) return name;
  return ['score', 'peak', 'recent', 'long'].includes(kind) ? `score_${name.slice(kind.length + 1)}` : kind;
}

export interface Moment {
  rhythms: Rhythms;
  pitchStability: number;
  aboveRoomDb: number;
  /** The source is over: nobody will know whether the sound would have gone on. */
  isCutOff: boolean;
}

/** Values in the order of `evidenceNames`, in an array that the next call writes again. */
export class Evidence {
  readonly values: Float64Array;
  private readonly windows: Decision['windows'];
  private readonly heads: number;

  constructor(heads: number, windows: Decision['windows']) {
    this.heads = heads;
    this.windows = windows;
    this.values = new Float64Array(SHARED.length + heads * OF_A_HEAD.length);
  }

  measure({ rhythms, pitchStability, aboveRoomDb, isCutOff }: Moment, history: ScoreHistory): Float64Array {
    const { values, windows } = this;
    let at = 0;
    for (const pattern of PATTERNS) values[at++] = rhythms[pattern].fit;
    values[at++] = agreement(rhythms.t3.groups);
    values[at++] = agreement(rhythms.t4.groups);
    values[at++] = pitchStability;
    values[at++] = aboveRoomDb / 50;
    values[at++] = Number(isCutOff);
    for (let head = 0; head < this.heads; head++) {
      const { durationS, activeS, quietS } = history.activity(head);
      values[at++] = odds(history.newestShort(head));
      values[at++] = odds(history.peakOver(head, windows.peakS));
      values[at++] = odds(history.meanOver(head, windows.recentS));
      values[at++] = odds(history.meanOver(head, windows.longS));
      values[at++] = durationS / 10;
      values[at++] = durationS === 0 ? 0 : activeS / durationS;
      values[at++] = Math.min(1, quietS / LONGEST_PAUSE_S);
    }
    return values;
  }
}

/** 0: nothing came back; 1: proven. */
const agreement = (groups: number): number =>
  Math.min(1, Math.max(0, groups - 1) / (PROVEN_GROUPS - 1));

/** Log-odds in units of five; scores are single-precision probabilities: nearer to 0 and 1 than e^-7 nothing is left of their odds. */
function odds(probability: number): number {
  const inside = Math.min(0.999, Math.max(0.001, probability));
  return Math.log(inside / (1 - inside)) / 5;
}
