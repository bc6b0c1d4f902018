/**
 * Sounds that prove a release: alarms, appliances and pairs of alarms, made by code that shares nothing with
 * `models/synthesis`, which trains. A release that only memorised its training sounds fails here.
 */
export interface ProvingSound {
  name: string;
  /** An alarm's pattern, an appliance's name, or how two alarms follow one another. */
  kind: string;
  /** Properties of the sound, for the report. */
  slices: Record<string, string>;
  /** The alarms in it, in stream time. When empty, nothing may be confirmed. */
  alarms: ProvingAlarm[];
  /** Other labels that are also correct: low_battery_chirp for a low battery. */
  allowed: readonly string[];
  /** Samples at 16 kHz, mono. */
  samples: Float32Array;
}

export interface ProvingAlarm {
  label: 'smoke_alarm' | 'co_alarm';
  /** The pattern that its explanation must name; null where no standard has one. */
  pattern: 't3' | 't4' | null;
  startS: number;
  endS: number;
  /** When each group of beeps ended; empty for alarms without groups. */
  groupEndsS: number[];
}
