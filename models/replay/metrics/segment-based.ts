import { figuresOf, noCounts, type Counts, type Figures } from './figures.ts';
import type { ScoredEvent } from './scored-event.ts';

/**
 * Computes sed_eval's segment-based metrics. A label is on or off in each segment; an event is on in every segment that
 * it touches.
 */
export class SegmentBased {
  private readonly segmentS: number;
  private readonly labels: readonly string[];
  private readonly overall = noCounts();
  private readonly byLabel: Map<string, Counts>;

  constructor(labels: readonly string[], segmentS: number) {
    this.segmentS = segmentS;
    this.labels = labels;
    this.byLabel = new Map(labels.map((label) => [label, noCounts()]));
  }

  add(reference: readonly ScoredEvent[], estimated: readonly ScoredEvent[]): void {
    const endS = Math.max(0, ...reference.map(({ offsetS }) => offsetS), ...estimated.map(({ offsetS }) => offsetS));
    const segments = Math.ceil(endS / this.segmentS);
    const theirs = this.roll(estimated, segments);
    const ours = this.roll(reference, segments);
    for (let segment = 0; segment < segments; segment++) this.addSegment(segment, ours, theirs);
  }

  results(): { overall: Figures; labels: Record<string, Figures> } {
    return {
      overall: figuresOf(this.overall),
      labels: Object.fromEntries([...this.byLabel].map(([label, counts]) => [label, figuresOf(counts)])),
    };
  }

  private addSegment(segment: number, ours: Uint8Array[], theirs: Uint8Array[]): void {
    let [reference, estimated, hits] = [0, 0, 0];
    this.labels.forEach((label, at) => {
      const [r, e] = [ours[at]?.[segment] ?? 0, theirs[at]?.[segment] ?? 0];
      const counts = this.byLabel.get(label) as Counts;
      counts.reference += r;
      counts.estimated += e;
      counts.hits += r & e;
      counts.deletions += r & ~e;
      counts.insertions += e & ~r;
      reference += r;
      estimated += e;
      hits += r & e;
    });
    const { overall } = this;
    overall.reference += reference;
    overall.estimated += estimated;
    overall.hits += hits;
    overall.substitutions += Math.min(reference, estimated) - hits;
    overall.deletions += Math.max(0, reference - estimated);
    overall.insertions += Math.max(0, estimated - reference);
  }

  private roll(events: readonly ScoredEvent[], segments: number): Uint8Array[] {
    const rolls = this.labels.map(() => new Uint8Array(segments));
    for (const { label, onsetS, offsetS } of events) {
      const from = Math.floor(onsetS / this.segmentS);
      const to = Math.ceil(offsetS / this.segmentS);
      if (to > from) rolls[this.labels.indexOf(label)]?.fill(1, from, to);
    }
    return rolls;
  }
}
