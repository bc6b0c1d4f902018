import { expect, test } from '@jest/globals';
import { levelMeaning } from './level-meaning.ts';

test.each([
  [
    { falseAlertsPerDay: 0.024, missRate: 0.021 },
    'About one false alert in 42 days. Earshot missed 2.1 % of the real sounds in tests.',
  ],
  [{ falseAlertsPerDay: 3.2, missRate: 0 }, 'About 3.2 false alerts a day. Earshot missed no real sound in tests.'],
  [
    { falseAlertsPerDay: 6.5, missRate: 0.9 },
    'Experimental: do not rely on it. About 6.5 false alerts a day. Earshot missed 90 % of the real sounds in tests.',
  ],
  [
    { falseAlertsPerDay: 0.9, missRate: 0.15 },
    'About one false alert a day. Earshot missed 15 % of the real sounds in tests.',
  ],
  [
    { falseAlertsPerDay: 0, missRate: 0.05 },
    'Less than one false alert in 365 days. Earshot missed 5.0 % of the real sounds in tests.',
  ],
  [undefined, 'Not measured yet for this release.'],
])('the measured values %j of a sensitivity are described as: %s', (measured, words) => {
  expect(levelMeaning(measured)).toBe(words);
});
