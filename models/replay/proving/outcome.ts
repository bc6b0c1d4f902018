import { clearest } from '@earshot/shared/cadence/explain.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import type { PlayedAlert } from '../play/played.ts';
import type { ProvingAlarm, ProvingSound } from './proving-sound.ts';

/** The result for one alarm of a proving sound. */
export interface AlarmOutcome {
  alarm: ProvingAlarm;
  alert: PlayedAlert | null;
  /**
   * Seconds from the end of the second group (without groups: from the start of the alarm) to the decision. Null: the
   * alarm was missed.
   */
  lateS: number | null;
  isInTime: boolean;
  /**
   * Whether the alert is explained by this alarm's own rhythm. Of all reports of the alert, the one with the clearest
   * rhythm counts. Always true for alarms without a standard rhythm.
   */
  isExplained: boolean;
}

export interface Outcome {
  name: string;
  kind: string;
  slices: Record<string, string>;
  durationS: number;
  alarms: AlarmOutcome[];
  /** Alerts that match no alarm in the sound and whose label is not allowed for the sound. */
  wrong: PlayedAlert[];
}

/**
 * The longest delay of an alert that is in time: 5 s after the end of the second group, or 10 s for alarms without
 * groups.
 */
const GROUPED_WITHIN_S = 5;
const OTHERS_WITHIN_S = 10;
/** An alert up to this long after the end of an alarm still belongs to the alarm. */
const AFTER_END_S = 10;

export function outcomeOf(sound: ProvingSound, alerts: readonly PlayedAlert[], rate: number): Outcome {
  const { name, kind, slices, samples, allowed } = sound;
  const alarms = sound.alarms.map((alarm) => alarmOutcome(alarm, alerts));
  // Alerts with labels that are off in all modes of a new home do not count, because they would alert nobody.
  const wrong = alerts.filter(
    (alert) =>
      labelInfo(alert.label).modes.length > 0 &&
      !allowed.includes(alert.label) &&
      !sound.alarms.some((alarm) => belongsTo(alarm, alert)),
  );
  return { name, kind, slices, durationS: samples.length / rate, alarms, wrong };
}

function alarmOutcome(alarm: ProvingAlarm, alerts: readonly PlayedAlert[]): AlarmOutcome {
  const own = alerts.filter((candidate) => belongsTo(alarm, candidate));
  const alert = own[0] ?? null;
  const isGrouped = alarm.groupEndsS.length > 0;
  const dueFromS = isGrouped ? (alarm.groupEndsS[1] ?? Infinity) : alarm.startS;
  const lateS = alert && alert.detectedS - dueFromS;
  return {
    alarm,
    alert,
    lateS,
    isInTime: lateS !== null && lateS <= (isGrouped ? GROUPED_WITHIN_S : OTHERS_WITHIN_S),
    isExplained:
      alert !== null &&
      (alarm.pattern === null || clearest(own.map(({ why }) => why.cadence))?.pattern === alarm.pattern),
  };
}

const belongsTo = ({ label, startS, endS }: ProvingAlarm, alert: PlayedAlert): boolean =>
  alert.label === label && alert.detectedS >= startS && alert.detectedS <= endS + AFTER_END_S;
