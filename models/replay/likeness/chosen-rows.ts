import type { ManifestRow } from '../../corpus/manifest.ts';
import { isUncertain } from './uncertain-labels.ts';

const MOST_OF_A_KIND = 12;

interface Choice {
  split: string;
  /** All real sounds with this label are played. */
  label: string;
  /** Returns the kind of a row. The number of confusers is limited separately for each kind. */
  kindOf?: (row: ManifestRow) => string;
  /** The largest number of confusers of one kind that are played. */
  most?: number;
}

/** The recordings that a measurement plays: the real sounds of a label, and a few confusers of every other kind. */
export function chosenRows(
  rows: readonly ManifestRow[],
  { split, label, kindOf = (row) => row.label, most = MOST_OF_A_KIND }: Choice,
): ManifestRow[] {
  const taken = new Map<string, number>();
  return rows.filter((row) => {
    if (row.split !== split) return false;
    if (row.label === label) return true;
    if (isUncertain(label, row.label)) return false;
    const kind = kindOf(row);
    const before = taken.get(kind) ?? 0;
    taken.set(kind, before + 1);
    return before < most;
  });
}
