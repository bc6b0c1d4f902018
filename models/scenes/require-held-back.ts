import { EarshotError } from '@earshot/shared/errors.ts';
import { FEWEST_TO_HOLD_BACK, mostRecorded } from '../corpus/held-back.ts';
import { mapLabel } from '../corpus/label-map.ts';
import type { Sound } from '../corpus/sound-library.ts';
import { isBackground, type SoundShelf } from './sound-shelf.ts';

/** Scenes need a background and a confuser. House days need no background, because they synthesise theirs. */
type HeldBackUse = 'scenes' | 'house-days';

interface Kind {
  /** Completes "no ...". */
  words: string;
  /** Completes "needs 5 recordings or more". */
  condition: string;
  isOf: (sound: Sound) => boolean;
}

const BACKGROUNDS: Kind = {
  words: 'background of three seconds or more',
  condition: ', none shorter than three seconds',
  isOf: isBackground,
};
const CONFUSERS: Kind = {
  words: 'sound other than those to detect',
  condition: '',
  isOf: ({ label }) => mapLabel(label).positive === undefined,
};

/**
 * Refuses a corpus that is too small to hold back the recordings that `use` needs. `heldBack` is the shelf of the part
 * `calibrate`. Without this check a training would fail only when it is calibrated, after hours.
 */
export function requireHeldBack(corpus: string, heldBack: SoundShelf, use: HeldBackUse): void {
  // Backgrounds are confusers, too, so a shelf with a background has a confuser.
  if (use === 'scenes' && heldBack.backgrounds.labels.length === 0)
    throw refusal(corpus, BACKGROUNDS, heldBack.library.sounds);
  if (use === 'house-days' && heldBack.confusers.labels.length === 0)
    throw refusal(corpus, CONFUSERS, heldBack.library.sounds);
}

function refusal(corpus: string, { words, condition, isOf }: Kind, sounds: readonly Sound[]): EarshotError {
  const most = mostRecorded(sounds.filter(isOf));
  const found =
    most === null
      ? 'There is no recording of this kind.'
      : `The label with the most recordings is ${most.label}: ${most.recordings} (files whose names differ only by a number or a letter A to H at the end are one recording).`;
  return new EarshotError(
    'CORPUS_EMPTY',
    `${corpus} holds back no ${words}. One recording in ${FEWEST_TO_HOLD_BACK} of each label is held back for calibration and for replay, so one label needs ${FEWEST_TO_HOLD_BACK} recordings or more${condition}. ${found}`,
  );
}
