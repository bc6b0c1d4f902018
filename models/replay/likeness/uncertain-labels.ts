import { mapLabel } from '../../corpus/label-map.ts';

const LIKE_GLASS_OR_ALARMS = /glass|ceramic|alarm|siren|fire_|beep|smash|rir/;
const UNCERTAIN: Readonly<Record<string, RegExp>> = {
  glass_break: LIKE_GLASS_OR_ALARMS,
  smoke_alarm: LIKE_GLASS_OR_ALARMS,
  low_battery_chirp: LIKE_GLASS_OR_ALARMS,
  door: /door|knock|rir/,
  footsteps: /foot|rir/,
  dog_bark: /dog|animal|rir/,
  baby_cry: /baby|child|rir/,
};

/**
 * Whether recordings with the corpus's label may contain `label` or a similar sound. They are left out, because it is
 * uncertain whether an alert would be false. The label map also names recordings that nobody checked for a label, for
 * example kitchens for footsteps.
 */
export function isUncertain(label: string, corpusLabel: string): boolean {
  const { ignore } = mapLabel(corpusLabel);
  return ignore === '*' || ignore.includes(label) || UNCERTAIN[label]?.test(corpusLabel) === true;
}
