import { barLine, barsOf } from './bars.ts';
import type { Outcome } from './outcome.ts';
import type { SoundSet } from './proving-set.ts';

/**
 * Returns the summary: the requirements, the delays of the alerts, the figures of each slice, and every sound that
 * failed.
 */
export function summaryOf(set: SoundSet, outcomes: readonly Outcome[]): string {
  const lines = [...barsOf(set, outcomes).map(barLine), ...latenessLines(outcomes), ...sliceLines(set, outcomes)];
  return `${[...lines, ...outcomes.flatMap(faultLine)].join('\n')}\n`;
}

function latenessLines(outcomes: readonly Outcome[]): string[] {
  const sorted = outcomes
    .flatMap(({ alarms }) => alarms)
    .flatMap(({ lateS, alarm }) => (lateS !== null && alarm.groupEndsS.length > 0 ? lateS : []))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  return [
    `delay of the alert after the end of the second group: median ${at(0.5)} s, 95 % ${at(0.95)} s, latest ${at(1)} s`,
  ];
}

/**
 * For each value of each slice: the number of sounds with all alarms alerted, and with all alerts explained by their
 * own alarm's rhythm.
 */
function sliceLines(set: SoundSet, outcomes: readonly Outcome[]): string[] {
  if (set === 'appliances') return [];
  return Object.keys(outcomes[0]?.slices ?? {}).flatMap((slice) =>
    [...new Set(outcomes.map(({ slices }) => slices[slice] ?? ''))].sort().map((value) => {
      const those = outcomes.filter(({ slices }) => slices[slice] === value);
      const count = (of: (outcome: Outcome) => boolean): number => those.filter(of).length;
      const alerted = count(({ alarms }) => alarms.every(({ alert }) => alert));
      const explained = count(({ alarms }) => alarms.every(({ isExplained }) => isExplained));
      return `  ${slice} ${value}: alarms alerted in ${alerted} of ${those.length} sounds, explained in ${explained}`;
    }),
  );
}

function faultLine({ name, slices, alarms, wrong }: Outcome): string[] {
  const faults = [
    ...alarms.flatMap(({ alarm, alert, lateS, isInTime, isExplained }) => [
      ...(alert ? [] : [`${alarm.label} missed`]),
      ...(alert && !isInTime ? [`${alarm.label} ${lateS?.toFixed(1)} s late`] : []),
      ...(alert && !isExplained ? [`${alarm.label} explained as ${alert.why.cadence.pattern}`] : []),
    ]),
    ...wrong.map(({ label, detectedS, why }) => `false alert: ${label} at ${detectedS.toFixed(1)} s (${why.text})`),
  ];
  const details = Object.entries(slices).map(([slice, value]) => `${slice} ${value}`);
  return faults.length === 0 ? [] : [`- ${name} [${details.join(', ')}]: ${faults.join('; ')}`];
}
