import { expect, test } from '@jest/globals';
import { OTHER, OWN, relationOf } from './relation.ts';

const LABELS = ['smoke_alarm', 'co_alarm', 'glass_break'];

/** The relation of this name to each label. */
const relationTo = (name: string): number[] =>
  [...relationOf(LABELS, [...LABELS, name]).data].filter((_, i) => i % 4 === 3);

test.each([
  ['Smoke detector, smoke alarm', [OWN, OWN, OTHER]],
  ['Shatter', [OTHER, OTHER, OWN]],
  ['Cough', [OTHER, OTHER, OTHER]],
  ['Silence', [0, 0, 0]],
  ['Beep, bleep', [0, 0, 0]],
  ['co_alarm', [0, OWN, OTHER]],
])(
  'AudioSet’s class or our label %s has the right relation to each label: the same sound, another sound, or neither',
  (name, expected) => {
    expect(relationTo(name)).toEqual(expected);
  },
);

test('the corpus label for glass counts for glass, and the one for coughs counts against every label', () => {
  expect(relationTo('corpus/glass_break')).toEqual([OTHER, OTHER, OWN]);
  expect(relationTo('corpus/cough')).toEqual([OTHER, OTHER, OTHER]);
});
