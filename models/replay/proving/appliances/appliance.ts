import type { Dice } from '../dice.ts';
import { addTone, waveOf, type Course, type Wave } from '../tone.ts';

/** Fills `out` with the sound of an appliance. */
export type Appliance = (dice: Dice, out: Float32Array, lengthS: number) => void;

/** The waveform of a household appliance's beeper: a sine, a piezo with some harmonics, or a buzzer. */
export const beeperWave = (dice: Dice, highestHz: number): Wave =>
  dice.one([
    waveOf([1], highestHz),
    waveOf([1, dice.between(0, 0.3), dice.between(0, 0.3), dice.between(0, 0.2)], highestHz),
    waveOf([1, 0, 0.33, 0, 0.2, 0, 0.14], highestHz),
  ]);

export interface Train {
  fromS?: number;
  times: number;
  onS: number;
  offS: number;
  hz: number | Course;
  wave: Wave;
  level?: number;
  ringS?: number;
}

/** Adds a row of equal beeps. Returns the time at which the gap after the last beep ends. */
export function addTrain(out: Float32Array, { fromS = 0, times, onS, offS, ...tone }: Train): number {
  for (let n = 0; n < times; n++) addTone(out, { startS: fromS + n * (onS + offS), lengthS: onS, ...tone });
  return fromS + times * (onS + offS);
}
