import { isSafety, KNOWN_LABELS, labelInfo, type Mode } from './labels.ts';
import type { HomeSettings, SoundSetting } from './contracts/settings.ts';

export function defaultSound(label: string): SoundSetting {
  return { modes: [...labelInfo(label).modes], level: 'medium' };
}

export function defaultSettings(timeZone = 'UTC'): HomeSettings {
  return {
    version: 0,
    mode: 'home',
    schedule: [],
    timeZone,
    sounds: Object.fromEntries(KNOWN_LABELS.map((label) => [label, defaultSound(label)])),
    testingUntil: null,
    notNow: {},
    testReminder: false,
    dropIn: 'during_alerts',
    quietHours: null,
    retentionDays: 30,
    helpImprove: false,
    samples: false,
    hunchesNotNow: {},
    emergencyNumber: '112',
    contact: null,
  };
}

/** Whether the home reports `label` in its current mode. Safety sounds are always reported. */
export function listensFor(settings: Pick<HomeSettings, 'sounds'>, label: string, mode: Mode): boolean {
  if (isSafety(label)) return true;
  return (settings.sounds[label] ?? defaultSound(label)).modes.includes(mode);
}

/** The longest time for which a member may turn off a sound from an alert. */
export const MOST_NOT_NOW_MS = 24 * 3_600_000;

/** Whether a member has turned `label` off for a while. Safety sounds are always reported. */
export function isNotNow({ notNow }: Pick<HomeSettings, 'notNow'>, label: string, nowMs: number): boolean {
  const until = notNow[label];
  return until !== undefined && !isSafety(label) && Date.parse(until) > nowMs;
}

/** The longest test of the alarms. During a test a smoke alarm wakes nobody, so the test must end by itself. */
export const MOST_TESTING_MS = 24 * 3_600_000;

/**
 * Whether alarms count as a test at this time. An end that is further away than the longest test is an error and is
 * ignored.
 */
export function isTesting({ testingUntil }: Pick<HomeSettings, 'testingUntil'>, nowMs: number): boolean {
  const leftMs = testingUntil === null ? 0 : Date.parse(testingUntil) - nowMs;
  return leftMs > 0 && leftMs <= MOST_TESTING_MS;
}
