import type { LabelMap } from '../../corpus/label-map.ts';
import type { Problem } from '../../corpus/problem.ts';
import type { Recording } from './recording.ts';

/**
 * Reports labels that the map does not list, each once with the line in which it first occurs. Without this report, a
 * misspelt label of an alarm would silently count as a confuser.
 */
export function unknownLabels(recordings: readonly Recording[], map: LabelMap): Problem[] {
  const found = new Map<string, { first: Problem; more: number }>();
  for (const { file, annotations } of recordings) {
    for (const { label, line } of annotations) {
      if (map.rule(label).known) continue;
      const known = found.get(label);
      if (known) known.more++;
      else found.set(label, { first: { file, ...(line === undefined ? {} : { line }), reason: '' }, more: 0 });
    }
  }
  return [...found].map(([label, { first, more }]) => ({
    ...first,
    reason: `"${label}" is in no label map and was counted as a confuser${more === 0 ? '' : `; the corpus contains it ${more} more times`}`,
  }));
}
