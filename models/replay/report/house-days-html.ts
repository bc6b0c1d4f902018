import type { HouseDayColumn } from '../metrics/house-day-slices.ts';
import type { HouseDayFigures } from '../metrics/house-days.ts';
import { table, type Cell } from './html-table.ts';
import { number, range } from './words.ts';

/** The section of the HTML report about house days: reports per day for each column of the homes. */
export function houseDaysSection({ days, homes, stages }: HouseDayFigures): string {
  const tables = Object.entries(stages).map(([stage, { defaultModes }]) => {
    const what = stage === 'device' ? 'Candidates' : 'False alerts';
    return `<h3>${what} a day, by kind of home</h3>${columnsTable(defaultModes.slices)}`;
  });
  return `<h2>House days</h2>
<p class="soft">${days} days of ${homes} homes, in default modes. A sound that goes on is one alert, as on a phone, however often its reports are confirmed. The 95 % intervals are widened by the dispersion, because counts differ more between homes than by chance. The gap is the ratio of the worst value of a column to the best.</p>
${tables.join('\n')}`;
}

function columnsTable(columns: readonly HouseDayColumn[]): string {
  const rows = columns.flatMap(({ by, values, dispersion, gap }) =>
    values.map(({ value, homes, days, count, perDay, low, high }, n): Cell[] => [
      `${by}: ${value}`,
      homes,
      days,
      count,
      number(perDay),
      range(low, high, number),
      n === 0 ? number(dispersion) : '',
      n === 0 && gap
        ? `${gap.worst} / ${gap.best}: ${multiple(gap.ratio)} (${range(gap.low, gap.high, multiple)})`
        : '',
    ]),
  );
  return table(['homes with', 'homes', 'days', 'reports', 'a day', '95 %', 'dispersion', 'gap (95 %)'], rows);
}

/** Writes a ratio. It is unbounded when the best value has no report. */
const multiple = (value: number): string => (Number.isFinite(value) ? number(value) : 'unbounded');
