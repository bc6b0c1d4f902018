import { expect, test } from '@jest/globals';
import { trainingSteps } from './training-steps.ts';

test('from the second training on, the time left follows from the pace of the finished trainings', () => {
  const said: string[] = [];
  let nowMs = 5_000;
  const begin = trainingSteps(
    3,
    (line) => said.push(line),
    () => nowMs,
  );
  begin();
  nowMs += 20_000;
  begin();
  nowMs += 40_000;
  begin();
  expect(said).toEqual(['training 1 of 3', 'training 2 of 3, about 40 s left', 'training 3 of 3, about 30 s left']);
});
