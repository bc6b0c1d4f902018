import { expect, test } from '@jest/globals';
import { levelMeaning } from './level-meaning.ts';

test.each([
  [{ falseAlertsPerDay: 0.024, missRate: 0.021 }, 'About one false alert in 42 days; misses 2.1 % of the real ones.'],
  [{ falseAlertsPerDay: 3.2, missRate: 0 }, 'About one false alert every day (3.2); misses none of the real ones.'],
  [{ falseAlertsPerDay: 0.9, missRate: 0.15 }, 'About one false alert a day; misses 15 % of the real ones.'],
  [
    { falseAlertsPerDay: 0, missRate: 0.05 },
    'About one false alert in more than 365 days; misses 5.0 % of the real ones.',
  ],
  [undefined, 'Not measured yet for this release.'],
])('%j in words', (measured, words) => {
  expect(levelMeaning(measured)).toBe(words);
});
