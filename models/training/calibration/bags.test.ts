import { expect, test } from '@jest/globals';
import { bagsOf, reportTimes } from './bags.ts';
import { policyOf } from './policy.ts';
import type { RecordedStream } from './recorded-stream.ts';

const START_S = 10;

test('a moment belongs to an event only if a report that is decided then is sent in time', () => {
  const label = 'glass_break';
  const event = { label, startS: START_S, endS: START_S + 4 };
  const atS = Float64Array.from({ length: 20 }, (_, i) => START_S + 0.25 * i);
  const none = new Float64Array(atS.length);
  const stream: RecordedStream = {
    kind: 'event',
    seconds: 20,
    events: [event],
    ignored: [],
    rows: Float32Array.from(atS, () => 0),
    atS,
    moments: none,
    endSample: 0,
  };
  const [bag] = bagsOf(label, stream, 1);
  const { dueS, events } = policyOf(label);
  const listenOnS = events.listenOnS ?? 0;
  expect(bag?.atS).toEqual([...atS].filter((at) => at <= START_S + dueS - listenOnS));
  const isInTime = reportTimes(label, event);
  expect(bag?.atS.every((at) => isInTime(at + listenOnS))).toBe(true);
  expect(isInTime(START_S + dueS + 0.01)).toBe(false);
});
