export interface Span {
  fromS: number;
  toS: number;
}

/** Merges the spans into a sorted list without overlaps. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromS - b.fromS)) {
    const last = merged.at(-1);
    if (last && span.fromS <= last.toS) last.toS = Math.max(last.toS, span.toS);
    else if (span.toS > span.fromS) merged.push({ ...span });
  }
  return merged;
}

export const contains = (spans: readonly Span[], atS: number): boolean =>
  spans.some(({ fromS, toS }) => atS >= fromS && atS <= toS);

/** How much of [fromS, toS] the spans cover. `spans` must be a result of `union`. */
export function covered(spans: readonly Span[], { fromS, toS }: Span): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(toS, span.toS) - Math.max(fromS, span.fromS)), 0);
}
