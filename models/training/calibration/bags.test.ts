import { expect, test } from '@jest/globals';
import { bagsOf } from './bags.ts';
import { policyOf } from './policy.ts';
import type { RecordedStream } from './recorded-stream.ts';

const RATE = 16_000;
const START_S = 10;
/** A device processes 0.64 s at once, and the moments of a block are known at its end. */
const BLOCK_S = 0.64;

test('a moment belongs to an event only if a report that is decided then is sent in time, at the end of a whole block after listening on', () => {
  const atS = Float64Array.from({ length: 40 }, (_, i) => START_S + 0.16 * i);
  const nowS = (at: number): number => Math.ceil(at / BLOCK_S - 1e-9) * BLOCK_S;
  const stream: RecordedStream = {
    kind: 'event',
    seconds: 20,
    events: [{ label: 'glass_break', startS: START_S, endS: START_S + 4 }],
    ignored: [],
    rows: Float32Array.from(atS, () => 0),
    atS,
    moments: atS.map((at) => Math.round(nowS(at) * RATE)),
    endSample: 0,
  };
  const { dueS, events } = policyOf('glass_break');
  expect(events.listenOnS).toBe(1);
  const [bag] = bagsOf('glass_break', stream, 1);
  // One second is two whole blocks.
  const expected = [...atS].filter((at) => nowS(at) + 2 * BLOCK_S <= START_S + dueS + 1e-6);
  expect(bag?.atS).toEqual(expected);
  expect(expected.length).toBeLessThan([...atS].filter((at) => at <= START_S + dueS - 1).length);
});
