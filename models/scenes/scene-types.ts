import type { Beep } from '../synthesis/sound.ts';

/** The length of a scene that is played by itself: long enough that any device must have reported its alarm. */
export const WHOLE_SCENE_S = 16;

/** A sound that our heads must detect, with strong labels. */
export interface SceneEvent {
  label: string;
  startS: number;
  endS: number;
  /** The parts of the event that are not silent. */
  beeps: Beep[];
  /** The event's source and how it was rendered: pattern, band, muted, source, room, distance, SNR… */
  slices: Record<string, string>;
}

/** An event at a place of a scene: another alarm may sound at the same time. */
export interface PlacedEvent {
  label: string;
  startS: number;
  /** The latest end of the event. */
  endS: number;
  /** Level of the event over the scene's background. */
  snrDb: number;
}

/** A stretch in which it is unknown whether these labels sound: an alert in it is neither a hit nor a false alarm. */
export interface LeftOut {
  heads: readonly string[] | '*';
  startS: number;
  endS: number;
}

/** A rendered scene: the recording of a microphone in a home. */
export interface Scene {
  samples: Float32Array;
  events: SceneEvent[];
  ignored: LeftOut[];
  slices: Record<string, string>;
}
