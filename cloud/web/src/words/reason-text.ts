import type { Reason } from '@earshot/shared/contracts/candidate.ts';
import { number, soundName } from './format.ts';
import { t } from './words.ts';

/** Units of the device's measurements (device/detect/evidence.ts): bels, and shares of 20 s. */
const DB_PER_BEL = 10;
const HISTORY_S = 20;
/**
 * The largest difference that is shown: an alarm has 85 dB at 3 m (EN 14604), a quiet room 25 dB. A larger one was
 * measured against a fade-in or another signal that is quieter than any room.
 */
const MOST_ABOVE_ROOM_DB = 60;
/** Matches the names of a head's scores over different time windows. They are shown as one reason. */
const SCORE = /^(?:score|peak|sure|recent|long)(?:_(.+))?$/;

/**
 * A reason in the reader's language; null for a measurement that this app does not know, so that its bare name is
 * never shown.
 */
export function reasonText({ evidence, value }: Pick<Reason, 'evidence' | 'value'>): string | null {
  const words = t().reasons;
  const label = SCORE.exec(evidence);
  if (label) return label[1] ? words.score(soundName(label[1])) : words.scoreOfAny;
  const [kind = ''] = /^(groups|duration|sounding|quiet)(?=_|$)/.exec(evidence) ?? [];
  const name = kind === '' ? evidence : kind;
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
