/**
 * Divides a recorded stream for one label: into events, during which the label may be reported, and into stretches of
 * time in which it must not be reported. Each gets its evaluations.
 */
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { sentSample } from './blocks.ts';
import { nowSampleAt } from './moment.ts';
import { policyOf } from './policy.ts';
import type { RecordedStream, StreamKind, Truth } from './recorded-stream.ts';

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
/** A report may come so much earlier than the annotated start, because a sound's first moments are faint. */
const BEFORE_START_S = 1;
/** When a recording ends during an event, the device may still report it this long after the end. */
const AFTER_END_S = 4;

export function bagsOf(label: string, stream: RecordedStream, width: number): Bag[] {
  const { events, ignored, rows, atS, kind } = stream;
  const { listenOnS = 0 } = policyOf(label).events;
  // When a report that is decided at this moment is sent.
  const sentS = (i: number): number =>
    listenOnS > 0 ? sentSample(nowSampleAt(stream, i), listenOnS) / SAMPLE_RATE : (atS[i] as number);
  const row = (i: number): Float32Array => rows.subarray(i * width, (i + 1) * width);
  const own = events.filter((event) => event.label === label);
  const isFalseAt = falseTimes(label, { events, ignored });
  const bags: Bag[] = own.map(() => ({ isReal: true, kind, rows: [], atS: [] }));
  const stretches = new Map<number, Bag>();
  atS.forEach((at, i) => {
    own.forEach(({ startS, endS }, n) => {
      if (at < startS || sentS(i) > lastReportS(label, { startS, endS })) return;
      bags[n]?.rows.push(row(i));
      bags[n]?.atS.push(at);
    });
    if (!isFalseAt(at)) return;
    const stretch = Math.floor(at / STRETCH_S);
    const bag = stretches.get(stretch) ?? { isReal: false, kind, rows: [], atS: [] };
    stretches.set(stretch, bag);
    bag.rows.push(row(i));
    bag.atS.push(at);
  });
  return [...bags, ...stretches.values()];
}

interface Span {
  startS: number;
  endS: number;
}

/** Until when the report of the label's event must be sent. */
const lastReportS = (label: string, { startS, endS }: Span): number =>
  Math.min(startS + policyOf(label).dueS, endS + AFTER_END_S);

/** Whether a report of the label at a time is one of this event, and in time. */
export function reportTimes(label: string, event: Span): (atS: number) => boolean {
  const until = lastReportS(label, event);
  return (atS) => atS >= event.startS - BEFORE_START_S && atS <= until;
}

/** Whether a report of the label at a time is a mistake: no event of the label and no ignored sound is near. */
export function falseTimes(label: string, { events, ignored }: Truth): (atS: number) => boolean {
  const near = [
    ...events.filter((event) => event.label === label),
    ...ignored.filter(({ heads }) => heads === '*' || heads.includes(label)),
  ];
  return (atS) => !near.some(({ startS, endS }) => atS >= startS - BEFORE_START_S && atS <= endS + LINGERS_S);
}
