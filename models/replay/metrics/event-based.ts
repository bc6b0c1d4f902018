import { bipartiteMatch } from './bipartite-match.ts';
import { figuresOf, noCounts, type Counts, type Figures } from './figures.ts';
import type { ScoredEvent } from './scored-event.ts';

export interface EventRules {
  /** Largest allowed difference between the estimated and the true onset. */
  collarS: number;
  /**
   * If set, the offset must match, too: within the collar, or within this share of the reference event's length. Null:
   * only the onset must match.
   */
  offsetPartOfLength: number | null;
}

/** Computes sed_eval's event-based metrics, file by file, with sed_eval's optimal matching. */
export class EventBased {
  private readonly rules: EventRules;
  private readonly labels: readonly string[];
  private readonly overall = noCounts();
  private readonly byLabel: Map<string, Counts>;

  constructor(labels: readonly string[], rules: EventRules) {
    this.rules = rules;
    this.labels = labels;
    this.byLabel = new Map(labels.map((label) => [label, noCounts()]));
  }

  add(reference: readonly ScoredEvent[], estimated: readonly ScoredEvent[]): void {
    const match = this.match(reference, estimated, true);
    const substitutions = this.countSubstitutions(reference, estimated, match);
    count(this.overall, reference.length, estimated.length, match.size, substitutions);
    for (const label of this.labels) {
      const [ours, theirs] = [reference, estimated].map((events) =>
        events.filter((event) => event.label === label),
      ) as [ScoredEvent[], ScoredEvent[]];
      const hits = this.match(ours, theirs, false).size;
      count(this.byLabel.get(label) as Counts, ours.length, theirs.length, hits, 0);
    }
  }

  results(): { overall: Figures; labels: Record<string, Figures> } {
    return {
      overall: figuresOf(this.overall),
      labels: Object.fromEntries([...this.byLabel].map(([label, counts]) => [label, figuresOf(counts)])),
    };
  }

  /** Maps the index of each matched reference event to the index of its estimated event. */
  private match(
    reference: readonly ScoredEvent[],
    estimated: readonly ScoredEvent[],
    byLabel: boolean,
  ): Map<number, number> {
    const graph = new Map<number, number[]>();
    reference.forEach((r, ref) => {
      estimated.forEach((e, est) => {
        if ((byLabel && r.label !== e.label) || !this.fits(r, e)) return;
        const list = graph.get(est);
        if (list) list.push(ref);
        else graph.set(est, [ref]);
      });
    });
    return bipartiteMatch(graph);
  }

  /** Counts pairs of unmatched events that match in time but not in label. */
  private countSubstitutions(
    reference: readonly ScoredEvent[],
    estimated: readonly ScoredEvent[],
    match: ReadonlyMap<number, number>,
  ): number {
    const free = new Set(estimated.keys());
    for (const est of match.values()) free.delete(est);
    let substitutions = 0;
    reference.forEach((r, ref) => {
      if (match.has(ref)) return;
      for (const est of free) {
        if (!this.fits(r, estimated[est] as ScoredEvent)) continue;
        free.delete(est);
        substitutions++;
        return;
      }
    });
    return substitutions;
  }

  private fits(reference: ScoredEvent, estimated: ScoredEvent): boolean {
    const { collarS, offsetPartOfLength } = this.rules;
    if (Math.abs(reference.onsetS - estimated.onsetS) > collarS) return false;
    if (offsetPartOfLength === null) return true;
    const allowedS = Math.max(collarS, offsetPartOfLength * (reference.offsetS - reference.onsetS));
    return Math.abs(reference.offsetS - estimated.offsetS) <= allowedS;
  }
}

function count(counts: Counts, reference: number, estimated: number, hits: number, substitutions: number): void {
  counts.reference += reference;
  counts.estimated += estimated;
  counts.hits += hits;
  counts.substitutions += substitutions;
  counts.deletions += reference - hits - substitutions;
  counts.insertions += estimated - hits - substitutions;
}
