import type { Dice } from '../dice.ts';
import { addTone, waveOf, type Course, type Wave } from '../tone.ts';

/** Sounds an appliance for as long as `out` is. */
export type Appliance = (dice: Dice, out: Float32Array, lengthS: number) => void;

/** The sounder of a household appliance: a sine, a piezo with some harmonics, a buzzer. */
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

/** Adds equal beeps in a row. Returns the time at which the last gap is over. */
export function addTrain(out: Float32Array, { fromS = 0, times, onS, offS, ...tone }: Train): number {
  for (let n = 0; n < times; n++) addTone(out, { startS: fromS + n * (onS + offS), lengthS: onS, ...tone });
  return fromS + times * (onS + offS);
}
