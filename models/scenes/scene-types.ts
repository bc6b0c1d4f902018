import type { Beep } from '../synthesis/sound.ts';

/** Length of a scene that is played separately. It is long enough for every device to report an alarm in it. */
export const WHOLE_SCENE_S = 16;

/** A sound that the detector's heads must detect, with exact times. */
export interface SceneEvent {
  label: string;
  startS: number;
  endS: number;
  /** The parts of the event that are not silent. */
  beeps: Beep[];
  /** Properties of the event for the slices of the report: pattern, band, muted, source, room, distance, SNR… */
  slices: Record<string, string>;
}

/** An event at a given time of a scene. A different alarm may sound at the same time. */
export interface PlacedEvent {
  label: string;
  startS: number;
  /** The event must have ended by this time. */
  endS: number;
  /** Level of the event relative to the scene's background. */
  snrDb: number;
}

/** A stretch in which it is unknown whether these labels sound: an alert in it is neither a hit nor a false alert. */
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
