/**
 * The relation of each sound name of the convolutional front to each label: names that mean the label, and names that
 * count against it.
 */
import { mapLabel } from '../../corpus/label-map.ts';
import type { NamedTensor } from '../network/tensor-file.ts';

/** AudioSet's classes that mean the label, or are so similar that they must not count against it. */
const SAME: Readonly<Record<string, RegExp>> = {
  smoke_alarm: /^(Smoke detector, smoke alarm|Fire alarm)$/,
  co_alarm: /^(Smoke detector, smoke alarm|Fire alarm)$/,
  low_battery_chirp: /^(Smoke detector, smoke alarm|Beep, bleep|Chirp tone)$/,
  glass_break: /^(Shatter|Breaking|Glass)$/,
  footsteps: /^(Walk, footsteps|Run)$/,
  door: /^(Door|Slam|Sliding door|Squeak)$/,
  dog_bark: /^(Dog|Bark|Yip|Howl|Bow-wow|Growling|Whimper \(dog\)|Domestic animals, pets)$/,
  baby_cry: /^(Baby cry, infant cry|Crying, sobbing|Whimper)$/,
};
/**
 * Classes that do not count as another sound: rooms, silence, the quality of a recording, and classes that only mean
 * loud, bright or repeated.
 */
const NEUTRAL =
  /^(Silence|Inside|Outside|Noise|Sound effect|Echo|Reverberation|Static|White noise|Pink noise|Hum|Mains hum|Field recording|Environmental|Alarm|Beep|Buzzer|Sine wave|Chirp tone|Siren|Smash|Crack|Crushing|Slap|Thump|Thunk|Bang|Generic impact|Animal|Domestic|Pulse)/;
/**
 * Alarms do not count against each other, because they share pitch and timbre. The network distinguishes them by their
 * rhythm.
 */
const ALARMS = ['smoke_alarm', 'co_alarm', 'low_battery_chirp'];

export const OWN = 1;
export const OTHER = -1;

/** Shape: [labels, names]: OWN, OTHER, or 0 for neither. `names`: our labels, "corpus/…", and the teacher's classes. */
export function relationOf(labels: readonly string[], names: readonly string[]): NamedTensor {
  const data = Float32Array.from(
    labels.flatMap((label) =>
      names.map((name) => (name.startsWith('corpus/') || labels.includes(name) ? ofLabel : ofClass)(label, name)),
    ),
  );
  return { shape: [labels.length, names.length], data };
}

function ofLabel(label: string, name: string): number {
  const { positive = '', ignore } = mapLabel(name.replace('corpus/', ''));
  if (positive === label) return OWN;
  if (ignore === '*' || ignore.includes(label) || /background|misc|handling/.test(name)) return 0;
  return ALARMS.includes(label) && ALARMS.includes(positive) ? 0 : OTHER;
}

function ofClass(label: string, name: string): number {
  if (SAME[label]?.test(name)) return OWN;
  return NEUTRAL.test(name) ? 0 : OTHER;
}
