import { expect, test } from '@jest/globals';
import { houseDayColumns } from '../metrics/house-day-slices.ts';
import { houseDaysSection } from './house-days-html.ts';

test('the HTML report lists the reports per day of each kind of home, and the gap of each column', () => {
  const day = (home: string, pets: string, count: number) => ({ slices: { home, pets }, count });
  const slices = houseDayColumns([day('a', 'dog', 12), day('b', 'dog', 12), day('c', 'none', 3), day('d', 'none', 3)]);
  const all = { count: 30, perDay: 7.5, low: 5, high: 10 };
  const counts = { all, reports: all, labels: {}, hours: [], homes: [], slices };
  const html = houseDaysSection({
    days: 4,
    homes: 4,
    stages: { device: { defaultModes: counts, everythingOn: counts } },
  });
  expect(html).toContain('Candidates a day, by kind of home');
  expect(html).toContain('<td>pets: dog</td><td>2</td><td>2</td><td>24</td><td>12.0</td>');
  expect(html).toContain('<td>dog / none: 4.00 (1.59 to 12.0)</td>');
});
