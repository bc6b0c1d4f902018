/**
 * Divides a recorded stream for one label: into events, during which the label may be reported, and into stretches of
 * time in which it must not be reported. Each gets its evaluations.
 */
import { policyOf } from './policy.ts';
import type { RecordedStream, StreamKind } from './recorded-stream.ts';

/** The evaluations of one event or stretch. Only the most certain one of them counts. */
export interface Bag {
  isReal: boolean;
  kind: StreamKind;
  /** Evidence of each evaluation. */
  rows: Float32Array[];
  atS: number[];
}

/** Length of a stretch without an event. Several false candidates within one stretch count as one. */
const STRETCH_S = 4;
/**
 * After its end, a sound still affects the evidence for this long, because evidence is measured over windows of the
 * past.
 */
const LINGERS_S = 16;
/** When a recording ends during an event, the device may still report it this long after the end. */
const AFTER_END_S = 4;

export function bagsOf(label: string, { events, ignored, rows, atS, kind }: RecordedStream, width: number): Bag[] {
  const row = (i: number): Float32Array => rows.subarray(i * width, (i + 1) * width);
  const own = events.filter((event) => event.label === label);
  const { dueS } = policyOf(label);
  const bags: Bag[] = own.map(() => ({ isReal: true, kind, rows: [], atS: [] }));
  const open = ignored.filter(({ heads }) => heads === '*' || heads.includes(label));
  const stretches = new Map<number, Bag>();
  atS.forEach((at, i) => {
    own.forEach(({ startS, endS }, n) => {
      if (at < startS || at > startS + dueS || at > endS + AFTER_END_S) return;
      bags[n]?.rows.push(row(i));
      bags[n]?.atS.push(at);
    });
    const isNear = ({ startS, endS }: { startS: number; endS: number }): boolean =>
      at >= startS - 1 && at <= endS + LINGERS_S;
    if (own.some(isNear) || open.some(isNear)) return;
    const stretch = Math.floor(at / STRETCH_S);
    const bag = stretches.get(stretch) ?? { isReal: false, kind, rows: [], atS: [] };
    stretches.set(stretch, bag);
    bag.rows.push(row(i));
    bag.atS.push(at);
  });
  return [...bags, ...stretches.values()];
}
