import { ALERT_REASONS } from '@earshot/shared/alert-reason.ts';
import type { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { isTaught } from '@earshot/shared/contracts/taught-sounds.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import type { IncidentRecord } from './incident.ts';

/**
 * Titles of notices about devices. Titles of alerts come from shared/labels, but these notices are not about sounds.
 */
const DEVICE_NOTICES: Record<string, string> = {
  device_silent: 'Device offline',
  microphone_deaf: 'Microphone hears nothing',
  alarm_test_due: 'Time to test your alarms',
  alarm_not_heard: 'Alarm no longer heard',
  outbox_filling: 'Sounds are not delivered',
};

export interface Place {
  homeName: string;
  /** The rooms of the devices that detected the sound. For a device without a room, the name of the device. */
  rooms: string[];
  /** The time zone for the times in a message. */
  timeZone: string;
  /** What the home calls a sound that it taught; null for all other sounds. */
  taughtName: string | null;
  /** The member who marked the alert as right or wrong. Empty when nobody did. */
  markedBy: string;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
/** Devices send their reason without a capital letter and without a full stop. */
const sentence = (text: string): string => capital(text) + (/[^.!?…]$/.test(text) ? '.' : '');
const wordsFor = (label: string, taughtName: string | null): string =>
  taughtName ?? DEVICE_NOTICES[label] ?? capital(labelInfo(label).words);

/** The measurements are on the page of the alert. */
const reasonText = ({ reason }: IncidentRecord): string => (reason === null ? '' : `${ALERT_REASONS[reason]}.`);

const list = (names: string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const CERTAINTY = {
  pending: 'Being checked.',
  unverified: 'Not verified yet.',
  confirmed: 'Verified.',
  rejected: 'The check found no alarm.',
};

/** The verifier knows only the sounds of the release, not sounds that a home taught. */
const TAUGHT = 'Your device recognised it; taught sounds are not verified.';

const certaintyOf = ({ label, verdict }: IncidentRecord): string =>
  isTaught(label) && verdict === 'confirmed' ? TAUGHT : CERTAINTY[verdict];

const IGNORED = 'Ignored: it sounds like an alert that you marked as wrong.';

/** One sentence for the incident's page: what was heard, where, how certain it is and why. */
export function summaryOf(
  incident: IncidentRecord,
  { ignored, ...place }: Omit<Place, 'timeZone' | 'markedBy'> & { ignored: boolean },
): string {
  const where = place.rooms.length > 0 ? ` in ${list(place.rooms)}` : '';
  const certainty = incident.subjectId ? '' : ` ${ignored ? IGNORED : certaintyOf(incident)}`;
  return `${incident.test ? 'Test: ' : ''}${wordsFor(incident.label, place.taughtName)}${where}.${certainty} ${sentence(incident.why)}`.trim();
}

export function notificationBody(
  incident: IncidentRecord,
  step: string,
  place: Place,
  nowMs: number,
): NotificationBody {
  return {
    incidentId: incident.id,
    step,
    label: incident.label,
    class: incident.class,
    verdict: incident.verdict,
    title: title(incident, step, place).slice(0, 120),
    body: text(incident, step, place, nowMs).slice(0, 400),
    reason: incident.reason,
    url: `/incidents/${incident.id}`,
    at: new Date(incident.startedAtMs).toISOString(),
    test: incident.test === 1,
  };
}

function title(incident: IncidentRecord, step: string, { rooms, taughtName }: Place): string {
  const what = `${wordsFor(incident.label, taughtName)}${rooms.length > 0 ? ` · ${list(rooms)}` : ''}`;
  if (incident.test) return `Test: ${what}`;
  if (step === 'all_clear') return `All clear: ${what}`;
  if (step === 'update:rejected') return `Probably no alarm: ${what}`;
  if (step === 'update:confirmed') return `Verified: ${what}`;
  if (step.startsWith('marked_false')) return `False alert: ${what}`;
  if (step.startsWith('repeat')) return `Still open: ${what}`;
  if (step.startsWith('escalated')) return `Nobody answered: ${what}`;
  return what;
}

function text(incident: IncidentRecord, step: string, place: Place, nowMs: number): string {
  const { homeName, rooms, timeZone, markedBy } = place;
  const minutes = Math.round((nowMs - incident.startedAtMs) / 60_000);
  const parts = [homeName && `${homeName}:`, incident.subjectId ? sentence(incident.why) : reasonText(incident)];
  if (step === 'all_clear') {
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    const [from, to] = [incident.startedAtMs, incident.lastHeardAtMs].map((ms) => clock.format(ms));
    return `${homeName}: it is over. It sounded from ${from} to ${to}.`;
  }
  if (step.startsWith('marked_false'))
    return `${homeName}: ${markedBy || 'a member'} marked it as a false alert. No more reminders are sent.`;
  if (!incident.subjectId) parts.push(certaintyOf(incident));
  if (rooms.length > 1) parts.push(`Heard by ${rooms.length} devices.`);
  if (incident.late) parts.push(`Delivered late: it began ${minutes} min ago.`);
  else if (step.startsWith('repeat') || step.startsWith('escalated'))
    parts.push(`It began ${Math.max(1, minutes)} min ago; nobody has acknowledged it.`);
  return parts.filter(Boolean).join(' ');
}
