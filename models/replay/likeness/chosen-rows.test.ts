import { expect, test } from '@jest/globals';
import type { ManifestRow } from '../../corpus/manifest.ts';
import { chosenRows } from './chosen-rows.ts';

const rowsOf = (label: string, count: number, split = 'dev'): ManifestRow[] =>
  Array.from({ length: count }, (_, n) => ({ label, split, file: `${label}-${n}` }) as ManifestRow);
const rows = [
  ...rowsOf('glass_break', 20),
  ...rowsOf('glass_clink', 3),
  ...rowsOf('cough', 15),
  ...rowsOf('door', 5, 'train'),
];
const countsOf = (chosen: readonly ManifestRow[]) =>
  Object.fromEntries([...Map.groupBy(chosen, ({ label }) => label)].map(([label, some]) => [label, some.length]));

test('all real sounds and twelve confusers of each kind are chosen, but no sounds with an uncertain label', () => {
  const chosen = chosenRows(rows, { split: 'dev', label: 'glass_break' });
  expect(countsOf(chosen)).toEqual({ glass_break: 20, cough: 12 });
});

test('recordings that nobody checked for steps are not used as confusers for footsteps', () => {
  const some = [...rowsOf('kitchen_sweep', 2), ...rowsOf('footsteps', 3), ...rowsOf('cough', 1)];
  expect(countsOf(chosenRows(some, { split: 'dev', label: 'footsteps' }))).toEqual({ footsteps: 3, cough: 1 });
});

test('the limit of twelve confusers applies to each kind that the caller defines', () => {
  const kindOf = ({ label, file }: ManifestRow) => `${label} ${Number(file.at(-1)) % 2}`;
  const chosen = chosenRows(rows, { split: 'dev', label: 'glass_break', kindOf });
  expect(countsOf(chosen)).toEqual({ glass_break: 20, cough: 15 });
});
