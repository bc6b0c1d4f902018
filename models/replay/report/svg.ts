/**
 * Line charts as SVG text. No chart library is used, because the report is one HTML file that works offline: a library
 * would add a script of some 100 KB to each report, or require a DOM in the command that writes it. Colours come from
 * the page's style sheet, for print and dark screens.
 */
export interface Series {
  name: string;
  colour: string;
  points: readonly { x: number; y: number }[];
}

export interface Axis {
  title: string;
  /** Returns the position of a value on the axis, from 0 to 1. */
  scale: (value: number) => number;
  ticks: readonly { value: number; text: string }[];
}

const [WIDTH, HEIGHT] = [560, 320];
const MARGIN = { left: 54, right: 14, top: 12, bottom: 44 };

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export function lineChart(
  title: string,
  x: Axis,
  y: Axis,
  series: readonly Series[],
  marks: readonly Series[] = [],
): string {
  const px = (value: number) => MARGIN.left + clamp(x.scale(value)) * (WIDTH - MARGIN.left - MARGIN.right);
  const py = (value: number) => HEIGHT - MARGIN.bottom - clamp(y.scale(value)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const grid = [
    ...x.ticks.map(
      ({ value, text }) =>
        `<line class="grid" x1="${f(px(value))}" x2="${f(px(value))}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}"/><text class="tick" x="${f(px(value))}" y="${HEIGHT - MARGIN.bottom + 15}" text-anchor="middle">${escape(text)}</text>`,
    ),
    ...y.ticks.map(
      ({ value, text }) =>
        `<line class="grid" y1="${f(py(value))}" y2="${f(py(value))}" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}"/><text class="tick" x="${MARGIN.left - 6}" y="${f(py(value) + 4)}" text-anchor="end">${escape(text)}</text>`,
    ),
  ];
  // A curve ends where it leaves the chart, because a line along the edge would look like a measurement.
  const lines = series.map(
    ({ name, colour, points }) =>
      `<polyline points="${points
        .filter((p) => x.scale(p.x) <= 1)
        .map((p) => `${f(px(p.x))},${f(py(p.y))}`)
        .join(
          ' ',
        )}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"><title>${escape(name)}</title></polyline>`,
  );
  const dots = marks.flatMap(({ name, colour, points }) =>
    points.map(
      (p) =>
        `<circle cx="${f(px(p.x))}" cy="${f(py(p.y))}" r="4.5" fill="${colour}" class="mark"><title>${escape(name)}</title></circle>`,
    ),
  );
  const titles = `<text class="axis" x="${(WIDTH + MARGIN.left) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escape(x.title)}</text><text class="axis" transform="translate(13 ${(HEIGHT - MARGIN.bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y.title)}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">${grid.join('')}${titles}${lines.join('')}${dots.join('')}</svg>`;
}

const clamp = (part: number): number => Math.min(1, Math.max(0, part));
const f = (value: number): string => value.toFixed(1);

/** A logarithmic axis. Values below `low` are drawn on the edge. */
export function logAxis(title: string, low: number, high: number, text: (value: number) => string): Axis {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const ticks = Array.from({ length: Math.round(to - from) + 1 }, (_, i) => 10 ** (from + i)).map((value) => ({
    value,
    text: text(value),
  }));
  return { title, scale: (value) => (Math.log10(Math.max(value, low)) - from) / (to - from), ticks };
}

export function linearAxis(
  title: string,
  low: number,
  high: number,
  ticks: readonly number[],
  text: (value: number) => string,
): Axis {
  return {
    title,
    scale: (value) => (value - low) / (high - low),
    ticks: ticks.map((value) => ({ value, text: text(value) })),
  };
}
