import type { Beep } from '../synthesis/sound.ts';

/** Of a scene by itself: an alarm that begins in it goes on until any device has told it. */
export const WHOLE_SCENE_S = 16;

/** Something that our heads must find, with strong labels. */
export interface SceneEvent {
  label: string;
  startS: number;
  endS: number;
  /** Where inside it there is sound. */
  beeps: Beep[];
  /** Where it came from and how it was rendered: pattern, band, muted, source, room, distance, snr… */
  slices: Record<string, string>;
}

/** A stretch in which the truth is not known for these heads: neither a hit nor a false alarm. */
export interface LeftOut {
  heads: readonly string[] | '*';
  startS: number;
  endS: number;
}

/** A rendered scene: what a microphone in a home would have given. */
export interface Scene {
  samples: Float32Array;
  events: SceneEvent[];
  ignored: LeftOut[];
  slices: Record<string, string>;
}
