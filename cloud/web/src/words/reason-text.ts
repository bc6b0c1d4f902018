import { LEAST_SHARE_OF_TIME } from '@earshot/shared/cadence/explain.ts';
import type { Reason } from '@earshot/shared/contracts/candidate.ts';
import { number, soundName } from './format.ts';
import { t } from './words.ts';

/**
 * The units in which the device sends measurements (device/detect/evidence.ts): levels in bels, durations as shares of
 * 20 s, scores as log-odds in decades.
 */
const DB_PER_BEL = 10;
const HISTORY_S = 20;
/**
 * The largest level above the room that is shown: an alarm has 85 dB at 3 m (EN 14604), a quiet room has 25 dB. A
 * larger difference means that the sound before was quieter than any room, e.g. a fade-in.
 */
const MOST_ABOVE_ROOM_DB = 60;
const SHARES_OF_TIME = ['pitch_stability', 'sounding'];
/** Matches the names of one sound's scores over different time windows. They are all shown with the same text. */
const SCORE = /^(?:score|peak|sure|recent|long)(?:_(.+))?$/;

/**
 * A reason in the reader's language; null for a measurement of which its text would not be true, and for one that this
 * app does not know, so that its bare name is never shown.
 */
export function reasonText({ evidence, value }: Pick<Reason, 'evidence' | 'value'>): string | null {
  const words = t().reasons;
  const label = SCORE.exec(evidence);
  // No percentage: the page shows how sure the device's decision is, which also uses the other measurements.
  if (label) return value <= 0 ? null : label[1] ? words.score(soundName(label[1])) : words.scoreOfAny;
  const [kind = ''] = /^(groups|duration|sounding|quiet)(?=_|$)/.exec(evidence) ?? [];
  const name = kind === '' ? evidence : kind;
  if (SHARES_OF_TIME.includes(name) && value < LEAST_SHARE_OF_TIME) return null;
  if (name === 'level') return levelText(value * DB_PER_BEL);
  if (name === 'duration') return words.duration(number(value * HISTORY_S));
  return (Object.hasOwn(words.named, name) && words.named[name]) || null;
}

function levelText(aboveRoomDb: number): string {
  const { level, levelOver } = t().reasons;
  return Math.round(aboveRoomDb) > MOST_ABOVE_ROOM_DB
    ? levelOver(number(MOST_ABOVE_ROOM_DB))
    : level(number(aboveRoomDb));
}
