import { createHash } from 'node:crypto';

/**
 * What a sound is used for: `fit` for training weights, `calibrate` for setting thresholds. No sound is used for both.
 */
export type Part = 'fit' | 'calibrate';

export interface Splittable {
  file: string;
  label: string;
  source: string;
}

/**
 * One recording in five is held back for calibration. This gives enough confusers to set a threshold, and most of the
 * rare positives stay for training.
 */
const HELD_BACK = 0.2;

/** The number of recordings that a label needs so that one of them is held back. */
export const FEWEST_TO_HOLD_BACK = Math.ceil(1 / HELD_BACK);

/**
 * Assigns each recording to training or calibration, with all its cuts. Cuts of one recording share its room,
 * microphone and device, so a threshold that is set on one cut would look too good if another cut was used for
 * training. Each label holds back the same share of its recordings; a label with too few recordings, by default fewer than
 * five, is used for training only.
 */
export function splitParts(sounds: readonly Splittable[], seed: number, share = HELD_BACK): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const ofLabel of recordingsByLabel(sounds).values()) {
    const ordered = [...ofLabel].sort(([a], [b]) => (rank(a, seed) < rank(b, seed) ? -1 : 1));
    const heldBack = Math.floor(ordered.length * share);
    ordered.forEach(([, files], i) => files.forEach((file) => parts.set(file, i < heldBack ? 'calibrate' : 'fit')));
  }
  return parts;
}

/** The label with the most recordings, and their number. Takes of one recording count once. Null: there are no sounds. */
export function mostRecorded(sounds: readonly Splittable[]): { label: string; recordings: number } | null {
  const counts = [...recordingsByLabel(sounds)].map(([label, { size }]) => ({ label, recordings: size }));
  return counts.sort((a, b) => b.recordings - a.recordings)[0] ?? null;
}

/** The recordings of each label, with the files of their takes. */
function recordingsByLabel(sounds: readonly Splittable[]): Map<string, Map<string, string[]>> {
  const recordings = new Map<string, Map<string, string[]>>();
  for (const sound of sounds) {
    const ofLabel = recordings.get(sound.label) ?? new Map<string, string[]>();
    recordings.set(sound.label, ofLabel);
    const recording = recordingOf(sound);
    ofLabel.set(recording, [...(ofLabel.get(recording) ?? []), sound.file]);
  }
  return recordings;
}

/**
 * The name of the recording, which is the file name without its extension and its take. "1-17808-A" and "1-17808-B" are
 * one recording (ESC-50 writes fold-recording-take), and so are "smash_metal_1" and "smash_metal_2".
 */
function recordingOf({ file, source }: Splittable): string {
  const stem = (file.split('/').at(-1) ?? file).replace(/\.[^.]*$/, '');
  const recording = stem.replace(/(?:[-_. ](?:[A-H]|\d{1,2}))+$/, '');
  return `${source}/${recording === '' ? stem : recording}`;
}

const rank = (recording: string, seed: number): string =>
  createHash('sha256').update(`${seed}:${recording}`).digest('hex');
