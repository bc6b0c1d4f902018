import { join } from 'node:path';
import { clockTime, counted } from '@earshot/shared/wording.ts';
import { DELAY_WORDS, speedWords } from './words.ts';
import { problemText } from '../../corpus/problem.ts';
import type { HouseDayColumn } from '../metrics/house-day-slices.ts';
import type { HouseDayCounts, HouseDayFigures, PerDay } from '../metrics/house-days.ts';
import type { PlayedAlert, PlayedPart } from '../play/played.ts';
import type { Results } from './report-json.ts';

const SHOWN_PROBLEMS = 3;

/** Returns the text that a terminal shows after a replay. */
export function summaryOf(results: Results, out: string): string {
  const { speed, run } = results;
  const { description } = run;
  const lines = [
    `release ${description.release.version}, level ${description.level}, ${counted(results.files, 'file')}, ${results.hours.toFixed(2)} h, ${description.mode}`,
    speedWords(speed),
  ];
  const recording = onlyRecordingOf(results);
  if (recording) lines.push('', ...detectionLines(recording));
  // Without a label, every detection would count as false, even that of a real alarm.
  const isLabelled = recording === null || recording.part.annotations.length > 0;
  const stages = isLabelled ? results.stages : [];
  for (const { stage, results: stageResults } of stages) {
    lines.push('', `${stage === 'device' ? 'device stage' : 'after the verifier'}`);
    for (const [label, figures] of Object.entries(stageResults.labels)) {
      const recall =
        figures.positives === 0
          ? '-'
          : `${figures.hits} of ${figures.positives} (${percent(figures.recallLow)} to ${percent(figures.recallHigh)})`;
      const rate =
        figures.falsePerHour === null
          ? '-'
          : `${figures.falsePerHour.toFixed(2)} false/h (${figures.falseAlarms} in ${figures.negativeHours.toFixed(2)} h)`;
      const latency = figures.latencyS ? `  median delay ${figures.latencyS.median.toFixed(1)} s` : '';
      lines.push(`  ${label.padEnd(18)} ${recall.padEnd(26)} ${rate}${latency}`);
    }
  }
  if (stages.some(({ results: { labels } }) => Object.values(labels).some(({ latencyS }) => latencyS !== null)))
    lines.push('', DELAY_WORDS);
  if (results.houseDays) lines.push('', ...houseDayLines(results.houseDays));
  if (results.problems.length > 0)
    lines.push(
      '',
      `${counted(results.problems.length, 'problem')}${results.problems.length > SHOWN_PROBLEMS ? `, the first ${SHOWN_PROBLEMS}` : ''}:`,
      ...results.problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${problemText(problem)}`),
    );
  lines.push('', `report: ${join(out, 'report.html')}, ${join(out, 'report.json')}`);
  return `${lines.join('\n')}\n`;
}

interface Recording {
  part: PlayedPart;
  alerts: readonly PlayedAlert[];
}

/** Returns the recording if only one was played, and null for several recordings or a house day. */
function onlyRecordingOf({ run, houseDays }: Results): Recording | null {
  const [session, ...others] = run.sessions;
  const [part, ...otherParts] = session?.parts ?? [];
  if (!session || !part || others.length > 0 || otherParts.length > 0 || houseDays) return null;
  return { part, alerts: session.alerts };
}

/** Lists what the device detected, with the verdicts of the verifier. */
function detectionLines({ part, alerts }: Recording): string[] {
  if (alerts.length === 0) return [`nothing was detected in ${part.file}`];
  return [
    `detected in ${part.file}, with the time of each detection`,
    ...alerts.map(({ label, score, detectedS, verifier, why }) => {
      const verdict = verifier ? (verifier.confirmed ? 'confirmed' : 'rejected') : '';
      return `  ${clockTime(detectedS - part.startS)}  ${label.padEnd(18)} ${percent(score).padEnd(6)} ${verdict.padEnd(9)}  ${why.text}`;
    }),
  ];
}

const percent = (ratio: number): string => `${(100 * ratio).toFixed(0)} %`;

/** Why there are fewer alerts than confirmed reports. */
const goesOnLine = ({ reports }: HouseDayCounts): string =>
  `    a sound that goes on is one alert, as on a phone; the verifier confirmed ${counted(reports.count, 'report')}`;

function houseDayLines({ days, homes, stages }: HouseDayFigures): string[] {
  const rate = ({ count, perDay, low, high }: PerDay): string =>
    `${perDay.toFixed(2)} a day (${low.toFixed(2)} to ${high.toFixed(2)}; ${count})`;
  return [
    `${days} house days of ${homes} homes`,
    ...Object.entries(stages).flatMap(([stage, { defaultModes, everythingOn }]) => {
      const what = stage === 'device' ? 'candidates' : 'false alerts';
      return [
        `  ${what}: ${rate(defaultModes.all)} in default modes, ${rate(everythingOn.all)} with all labels always on`,
        ...(stage === 'device' ? [] : [goesOnLine(defaultModes)]),
        ...worstHomesLine(defaultModes.slices),
      ];
    }),
  ];
}

/** Names the worst kind of home of all columns: the one whose interval has the highest lower end. */
function worstHomesLine(columns: readonly HouseDayColumn[]): string[] {
  const worst = columns.flatMap(({ by, values }) => values.map((slice) => ({ by, ...slice })));
  const [one] = worst.sort((a, b) => b.low - a.low);
  if (!one || one.count === 0) return [];
  const { by, value, perDay, low, high, count, days } = one;
  return [
    `    the most in homes with ${by} = ${value}: ${perDay.toFixed(2)} a day (${low.toFixed(2)} to ${high.toFixed(2)}; ${count} in ${counted(days, 'day')})`,
  ];
}
