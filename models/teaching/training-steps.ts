import { duration } from '../training/progress-bar.ts';

/**
 * Says which of the trainings begins and, from the second one on, how long all that is left will take at the pace so
 * far. Call it before each training.
 */
export function trainingSteps(
  trainings: number,
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): () => void {
  let [begun, firstMs] = [0, 0];
  return () => {
    const nowMs = now();
    if (begun === 0) firstMs = nowMs;
    const leftMs = begun === 0 ? null : ((nowMs - firstMs) / begun) * (trainings - begun);
    begun++;
    say(`training ${begun} of ${trainings}${leftMs === null ? '' : `, about ${duration(leftMs)} left`}`);
  };
}
