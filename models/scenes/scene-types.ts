import type { Beep } from '../synthesis/sound.ts';

/** For a scene on its own: an alarm that begins in it goes on until any device must have reported it. */
export const WHOLE_SCENE_S = 16;

/** A sound that our heads must detect, with strong labels. */
export interface SceneEvent {
  label: string;
  startS: number;
  endS: number;
  /** The spans in it that are not silent. */
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
