import { expect, test } from '@jest/globals';
import { houseDayColumns, type SlicedDay } from './house-day-slices.ts';

const day = (home: string, pets: string, count: number): SlicedDay => ({ slices: { home, pets, month: '7' }, count });
const columnOf = (...days: SlicedDay[]) => houseDayColumns(days)[0];

test('reports per day are counted for each value of a column, worst first; home and month are not compared', () => {
  const columns = houseDayColumns([day('a', 'none', 2), day('b', 'dog', 8), day('a', 'none', 4)]);
  expect(columns.map(({ by }) => by)).toEqual(['pets']);
  expect(columns[0]?.values).toMatchObject([
    { value: 'dog', homes: 1, days: 1, count: 8, perDay: 8 },
    { value: 'none', homes: 1, days: 2, count: 6, perDay: 3 },
  ]);
});

test('the gap of a column is the ratio of the worst to the best value, with its 95 % interval', () => {
  const column = columnOf(day('a', 'dog', 12), day('b', 'dog', 12), day('c', 'none', 3), day('d', 'none', 3));
  expect(column).toMatchObject({ dispersion: 1, gap: { worst: 'dog', best: 'none', ratio: 4 } });
  // Expected from scipy.stats.beta.ppf, as odds, for 24 reports in 2 days against 6 in 2 days.
  expect(column?.gap?.low).toBeCloseTo(1.59291, 4);
  expect(column?.gap?.high).toBeCloseTo(11.9642, 4);
});

test('the interval of the gap is wider with three values than with two, because the worst and the best were chosen', () => {
  const two = columnOf(day('a', 'dog', 24), day('b', 'none', 6));
  const three = columnOf(day('a', 'dog', 24), day('b', 'none', 6), day('c', 'cat', 12));
  expect(three?.gap).toMatchObject({ worst: 'dog', best: 'none', ratio: 4 });
  expect(three?.gap?.low).toBeLessThan(two?.gap?.low as number);
});

test('a value of a column with a single day, which has no reports, is not the best value, because its interval is wide', () => {
  const sure = ['b', 'c', 'd', 'e', 'f', 'g'].map((home) => day(home, 'none', 1));
  const column = columnOf(day('a', 'cat', 0), ...sure, day('h', 'dog', 9), day('i', 'dog', 9));
  expect(column?.gap).toMatchObject({ worst: 'dog', best: 'none' });
});

test('the interval of a value is wider when the homes with this value differ', () => {
  const even = columnOf(day('a', 'dog', 10), day('b', 'dog', 10), day('c', 'none', 10));
  const uneven = columnOf(day('a', 'dog', 20), day('b', 'dog', 0), day('c', 'none', 10));
  expect(uneven?.values[0]?.low).toBeLessThan(even?.values[0]?.low as number);
});

test('a single home with many reports on all its days does not make its kind of home significantly worse', () => {
  const days = [day('a', 'dog', 30), day('a', 'dog', 30), day('b', 'dog', 2), day('b', 'dog', 2)];
  const others = [day('c', 'none', 4), day('c', 'none', 4), day('d', 'none', 4), day('d', 'none', 4)];
  expect(columnOf(...days, ...others)?.gap?.low).toBeLessThan(1);
});

test('without any report, the ratio of the gap is NaN and its interval is unbounded', () => {
  expect(columnOf(day('a', 'dog', 0), day('b', 'none', 0))?.gap).toMatchObject({ ratio: NaN, low: 0, high: Infinity });
});

test('a column with a single value has no gap', () => expect(columnOf(day('a', 'dog', 3))?.gap).toBeNull());

// As measured on the first five days of seed 10: seven false alerts in one of two homes with a cat, one in the others.
test('one home with all the reports of its kind does not make the kind surely worse', () => {
  const days = [day('c', 'cat', 7), day('e', 'cat', 0), day('a', 'none', 1), day('b', 'none', 0), day('d', 'none', 0)];
  expect(columnOf(...days)?.values[0]).toMatchObject({ value: 'cat', perDay: 3.5 });
  expect(columnOf(...days)?.values[0]?.low).toBeLessThan(0.1);
});
