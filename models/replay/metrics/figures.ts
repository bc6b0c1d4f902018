/**
 * Figures as sed_eval defines them. A figure is NaN where it is undefined, because there is no estimate or no
 * reference.
 */
export interface Figures {
  precision: number;
  recall: number;
  f1: number;
  errorRate: number;
}

/**
 * numpy.spacing(1). sed_eval divides rates by Nref + eps, so a rate without any reference event is huge instead of
 * infinite.
 */
const EPS = Number.EPSILON;

export interface Counts {
  reference: number;
  estimated: number;
  hits: number;
  substitutions: number;
  deletions: number;
  insertions: number;
}

export const noCounts = (): Counts => ({
  reference: 0,
  estimated: 0,
  hits: 0,
  substitutions: 0,
  deletions: 0,
  insertions: 0,
});

export function figuresOf(counts: Counts): Figures {
  const precision = counts.estimated === 0 ? NaN : counts.hits / counts.estimated;
  const recall = counts.reference === 0 ? NaN : counts.hits / counts.reference;
  const rate = (count: number) => count / (counts.reference + EPS);
  return {
    precision,
    recall,
    f1: precision === 0 && recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    errorRate: rate(counts.substitutions) + rate(counts.deletions) + rate(counts.insertions),
  };
}
