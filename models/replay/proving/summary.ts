import type { AlarmOutcome, Outcome } from './outcome.ts';
import type { SoundSet } from './proving-set.ts';

/** A page of figures, the bars of the issue beside them, then every sound that fell short. */
export function summaryOf(set: SoundSet, outcomes: readonly Outcome[]): string {
  const lines =
    set === 'appliances' ? applianceLines(outcomes) : set === 'pairs' ? pairLines(outcomes) : alarmLines(outcomes);
  return `${lines.join('\n')}\n`;
}

function alarmLines(outcomes: readonly Outcome[]): string[] {
  const alarms = outcomes.flatMap((outcome) => outcome.alarms.map((alarm) => ({ ...alarm, outcome })));
  const found = alarms.filter(({ alert }) => alert);
  const wrong = outcomes.filter((outcome) => outcome.wrong.length > 0);
  return [
    `alerted under its own name: ${share(found.length, alarms.length)} (bar: 97 %)`,
    `alerted under another name: ${wrong.length} (bar: 0)`,
    `in time (5 s after the second group, others 10 s): ${share(alarms.filter(({ isInTime }) => isInTime).length, alarms.length)}`,
    `explained by its own rhythm: ${share(alarms.filter(({ isExplained }) => isExplained).length, alarms.length)}`,
    ...latenessLines(alarms),
    ...['pattern', 'timbre', 'pitch', 'noise', 'snr', 'timing', 'units', 'voice', 'muted'].flatMap((slice) =>
      sliceLines(outcomes, slice),
    ),
    ...fallenShort(outcomes),
  ];
}

function latenessLines(alarms: readonly AlarmOutcome[]): string[] {
  const sorted = alarms
    .flatMap(({ lateS, alarm }) => (lateS !== null && alarm.groupEndsS.length > 0 ? lateS : []))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  return [`after the end of the second group: median ${at(0.5)} s, 95 % ${at(0.95)} s, latest ${at(1)} s`];
}

function sliceLines(outcomes: readonly Outcome[], slice: string): string[] {
  const values = [...new Set(outcomes.map(({ slices }) => slices[slice] ?? ''))].sort();
  return values.map((value) => {
    const alarms = outcomes.filter(({ slices }) => slices[slice] === value).flatMap((outcome) => outcome.alarms);
    return `  ${slice} ${value}: ${alarms.filter(({ alert }) => alert).length} of ${alarms.length}`;
  });
}

function applianceLines(outcomes: readonly Outcome[]): string[] {
  const confirmed = outcomes.filter(({ wrong }) => wrong.length > 0);
  return [`confirmed: ${confirmed.length} of ${outcomes.length} (bar: 1 of 100)`, ...fallenShort(outcomes)];
}

function pairLines(outcomes: readonly Outcome[]): string[] {
  const both = outcomes.filter(({ alarms }) => alarms.every(({ alert }) => alert));
  const explained = both.filter(({ alarms }) => alarms.every(({ isExplained }) => isExplained));
  return [
    `both alerted: ${share(both.length, outcomes.length)}`,
    `both alerted, each explained by itself: ${share(explained.length, outcomes.length)} (bar: 95 %)`,
    ...['apart', 'order', 'noise'].flatMap((slice) =>
      [...new Set(outcomes.map(({ slices }) => slices[slice] ?? ''))].sort().map((value) => {
        const of = outcomes.filter(({ slices }) => slices[slice] === value);
        return `  ${slice} ${value}: ${of.filter((outcome) => explained.includes(outcome)).length} of ${of.length}`;
      }),
    ),
    ...fallenShort(outcomes),
  ];
}

function fallenShort(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ name, slices, alarms, wrong }) => {
    const faults = [
      ...alarms.flatMap(({ alarm, alert, lateS, isInTime, isExplained }) => [
        ...(alert ? [] : [`${alarm.label} missed`]),
        ...(alert && !isInTime ? [`${alarm.label} ${lateS?.toFixed(1)} s late`] : []),
        ...(alert && !isExplained ? [`${alarm.label} explained as ${alert.why.cadence.pattern}`] : []),
      ]),
      ...wrong.map(({ label, detectedS, why }) => `wrong: ${label} at ${detectedS.toFixed(1)} s (${why.text})`),
    ];
    if (faults.length === 0) return [];
    const details = Object.values(slices).join(', ');
    return [`- ${name} [${details}]: ${faults.join('; ')}`];
  });
}

const share = (part: number, whole: number): string =>
  `${part} of ${whole} (${whole === 0 ? 0 : Math.round((1_000 * part) / whole) / 10} %)`;
