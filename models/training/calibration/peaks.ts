import type { Scores } from './score-reader.ts';
import { STEP_S } from '../data/targets.ts';

/** Windows that a head may gather its evidence over: from three steps, which one short beep fills, to what a T4 group takes. */
export const WINDOWS_S = [0.12, 0.2, 0.32, 0.52, 0.8] as const;
const STEPS_PER_SECOND = 1 / STEP_S;

/** Evidence of one label over time, second by second: the highest mean over each of the windows. [window][second] */
export type Peaks = Float32Array[];

/** The same running mean as device/detect/evidence.ts, for several windows at once. */
export function peaksOf({ labels, values }: Scores, label: string): Peaks {
  const column = labels.indexOf(label);
  const steps = values.length / labels.length;
  const seconds = Math.ceil(steps / STEPS_PER_SECOND);
  return WINDOWS_S.map((windowS) => {
    const length = Math.round(windowS / STEP_S);
    const peaks = new Float32Array(seconds);
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      sum += values[step * labels.length + column] as number;
      if (step >= length) sum -= values[(step - length) * labels.length + column] as number;
      const second = Math.floor(step / STEPS_PER_SECOND);
      const mean = Math.min(1, Math.max(0, sum / length));
      if (mean > (peaks[second] as number)) peaks[second] = mean;
    }
    return peaks;
  });
}

export const highest = (peaks: Float32Array, fromS: number, toS: number): number => {
  let most = 0;
  for (let second = Math.max(0, Math.floor(fromS)); second < Math.min(peaks.length, Math.ceil(toS)); second++)
    most = Math.max(most, peaks[second] as number);
  return most;
};

/** How many candidates a stream of negatives gives: a crossing, then silence for the refractory time. */
export function candidatesIn(peaks: Float32Array, threshold: number, refractoryS: number): number {
  let count = 0;
  for (let second = 0; second < peaks.length; second++) {
    if ((peaks[second] as number) < threshold) continue;
    count++;
    second += Math.max(1, Math.round(refractoryS)) - 1;
  }
  return count;
}
