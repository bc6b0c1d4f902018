/**
 * A sound for testing a release: an alarm, an appliance or a pair of alarms. It is made by code that shares nothing
 * with `models/synthesis`, the code for training, so a release that only memorised its training sounds fails.
 */
export interface ProvingSound {
  name: string;
  /** An alarm's pattern, an appliance's name, or the order of two alarms. */
  kind: string;
  /** Properties of the sound, for the report. */
  slices: Record<string, string>;
  /** The alarms in the sound, with times in the stream. If the list is empty, nothing may be confirmed. */
  alarms: ProvingAlarm[];
  /** Other labels that are also correct, for example low_battery_chirp for a low battery. */
  allowed: readonly string[];
  /** Mono samples at 16 kHz. */
  samples: Float32Array;
}

export interface ProvingAlarm {
  label: 'smoke_alarm' | 'co_alarm';
  /** The pattern that the explanation of the alert must name; null for alarms without a standard pattern. */
  pattern: 't3' | 't4' | null;
  startS: number;
  endS: number;
  /** The time at which each group of beeps ended; empty for alarms without groups. */
  groupEndsS: number[];
}
