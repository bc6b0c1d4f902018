import type { StageResults } from '../metrics/stage-figures.ts';
import { AREA_TO_PER_HOUR } from '../metrics/threshold-sweep.ts';
import { escape, linearAxis, lineChart, logAxis, type Series } from './svg.ts';
import { colourOf, named, number, percent } from './words.ts';

/** Range of the axis: from one false alert in a hundred hours to a hundred in an hour. */
const falsePerHour = () => logAxis('false alerts per hour', 0.01, 100, number);

function curves(labels: readonly string[], { sweeps, labels: figures }: StageResults, y: (recall: number) => number) {
  const shown = labels.filter((label) => (sweeps[label]?.positives ?? 0) > 0);
  const series: Series[] = shown.map((label) => ({
    name: named(label),
    colour: colourOf(labels, label),
    points: (sweeps[label]?.points ?? []).map((point) => ({ x: point.falsePerHour, y: y(point.recall) })),
  }));
  const marks: Series[] = shown.map((label) => {
    const { falsePerHour: rate, recall } = figures[label] ?? { falsePerHour: 0, recall: 0 };
    const name = `${named(label)}: ${percent(recall ?? 0)} at ${number(rate ?? 0)} false alerts per hour`;
    return { name, colour: colourOf(labels, label), points: [{ x: rate ?? 0, y: y(recall ?? 0) }] };
  });
  return { series, marks, legend: legend(series) };
}

const legend = (series: readonly Series[]): string =>
  `<div class="legend">${series.map(({ name, colour }) => `<span><i style="background:${colour}"></i>${escape(name)}</span>`).join('')}</div>`;

/**
 * Draws a DET chart: misses over false alerts, both on logarithmic axes. A curve nearer to the lower left corner is
 * better.
 */
export function detChart(labels: readonly string[], results: StageResults): string {
  const { series, marks, legend: key } = curves(labels, results, (recall) => 1 - recall);
  return (
    lineChart(
      'DET curves',
      falsePerHour(),
      logAxis('missed', 0.001, 1, (v) => percent(v, v < 0.01 ? 1 : 0)),
      series,
      marks,
    ) + key
  );
}

export function recallChart(labels: readonly string[], results: StageResults): string {
  const { series, marks, legend: key } = curves(labels, results, (recall) => recall);
  const x = linearAxis('false alerts per hour', 0, AREA_TO_PER_HOUR, [0, 5, 10, 15, 20], String);
  return (
    lineChart(
      'recall against false alerts per hour',
      x,
      linearAxis('found', 0, 1, [0, 0.25, 0.5, 0.75, 1], (v) => percent(v, 0)),
      series,
      marks,
    ) + key
  );
}

/** Draws, over the seconds since the onset, the share of the found sounds that were already alerted. */
export function latencyChart(labels: readonly string[], { outcomes }: StageResults): string {
  const series = labels.flatMap((label): Series[] => {
    const seconds = outcomes
      .flatMap(({ positive, alert }) => (positive.label === label && alert ? [alert.detectedS - positive.onsetS] : []))
      .sort((a, b) => a - b);
    if (seconds.length === 0) return [];
    const points = seconds.flatMap((x, i) => [
      { x, y: i / seconds.length },
      { x, y: (i + 1) / seconds.length },
    ]);
    return [
      { name: named(label), colour: colourOf(labels, label), points: [{ x: 0, y: 0 }, ...points, { x: 15, y: 1 }] },
    ];
  });
  if (series.length === 0) return '<p class="soft">No sound was detected.</p>';
  const x = linearAxis('seconds after the onset', 0, 15, [0, 3, 5, 10, 15], String);
  return (
    lineChart(
      'latency',
      x,
      linearAxis('share of the found sounds', 0, 1, [0, 0.5, 0.95], (v) => percent(v, 0)),
      series,
    ) + legend(series)
  );
}
