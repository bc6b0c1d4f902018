import { describe, expect, test } from '@jest/globals';
import type { LabelClass } from '@earshot/shared/labels.ts';
import { type IncidentRecord, open } from './incident.ts';
import { notificationBody, type Place, summaryOf } from './words.ts';

const START_MS = Date.UTC(2026, 0, 1, 3);
const MINUTE = 60_000;
const KITCHEN: Place = {
  homeName: 'Birch Street',
  rooms: ['Kitchen'],
  timeZone: 'Europe/Berlin',
  taughtName: null,
  markedBy: 'Ann',
};

function incidentOf(given: Partial<IncidentRecord> = {}, label = 'smoke_alarm'): IncidentRecord {
  const opening = {
    id: 'i',
    homeId: 'h',
    label,
    class: 'safety' as LabelClass,
    subjectId: '',
    why: 'three beeps, twice',
    reason: 'rhythm_t3' as const,
  };
  const times = { startedAtMs: START_MS, heardAtMs: START_MS + 2 * MINUTE };
  return { ...open({ ...opening, ...times, test: false, late: false }, START_MS), ...given };
}

const bodyOf = (incident: IncidentRecord, step: string, place = KITCHEN, afterMs = 0) =>
  notificationBody(incident, step, place, START_MS + afterMs);

describe('the title of a notification', () => {
  test.each([
    ['opened', 'Smoke alarm · Kitchen'],
    ['update:confirmed', 'Verified: Smoke alarm · Kitchen'],
    ['update:rejected', 'Probably no alarm: Smoke alarm · Kitchen'],
    ['repeat:3', 'Still open: Smoke alarm · Kitchen'],
    ['escalated:1', 'Nobody answered: Smoke alarm · Kitchen'],
    ['marked_false:0', 'False alert: Smoke alarm · Kitchen'],
    ['all_clear', 'All clear: Smoke alarm · Kitchen'],
  ])('the title of a notification of the step %s is "%s"', (step, title) => {
    expect(bodyOf(incidentOf(), step).title).toBe(title);
  });

  test('the title of every notification of a test begins with "Test"', () => {
    expect(bodyOf(incidentOf({ test: 1 }), 'test')).toMatchObject({ title: 'Test: Smoke alarm · Kitchen', test: true });
  });

  test('the title lists all rooms, and is cut to 120 characters', () => {
    const rooms = ['Kitchen', 'Hall', 'Bath'];
    expect(bodyOf(incidentOf(), 'opened', { ...KITCHEN, rooms }).title).toBe('Smoke alarm · Kitchen, Hall and Bath');
    const many = Array.from({ length: 30 }, (_, n) => `Room ${n}`);
    expect(bodyOf(incidentOf(), 'opened', { ...KITCHEN, rooms: many }).title).toHaveLength(120);
  });

  test('the title has the name that the home gave to a taught sound', () => {
    const incident = incidentOf({ class: 'upkeep' }, 'taught_upkeep_bell_ab12');
    expect(bodyOf(incident, 'upkeep', { ...KITCHEN, taughtName: 'Türklingel' }).title).toBe('Türklingel · Kitchen');
  });
});

describe('the text of a notification', () => {
  test('names the member who marked the alert as false', () => {
    expect(bodyOf(incidentOf(), 'marked_false:0').body).toBe(
      'Birch Street: Ann marked it as a false alert. No more reminders are sent.',
    );
  });

  test('the text of a notification has the home, the reason and the verdict', () => {
    expect(bodyOf(incidentOf(), 'opened').body).toBe(
      'Birch Street: Sounds in the rhythm of a smoke alarm. Being checked.',
    );
    expect(bodyOf(incidentOf({ verdict: 'unverified' }), 'opened').body).toContain('Not verified yet.');
  });

  test('the text of a notification about a sound has no measurements, also when no reason is known', () => {
    const incident = incidentOf({ why: 'a sound, mostly between 2.1 kHz and 6.8 kHz', reason: null });
    expect(bodyOf(incident, 'opened')).toMatchObject({ body: 'Birch Street: Being checked.', reason: null });
  });

  test.each([
    ['no heartbeat.', 'No heartbeat.'],
    ['no heartbeat …', 'No heartbeat …'],
    ['no heartbeat', 'No heartbeat.'],
  ])('the text of the notice "%s" has one full stop', (why, text) => {
    expect(bodyOf(incidentOf({ subjectId: 'd', why }, 'device_silent'), 'upkeep').body).toBe(`Birch Street: ${text}`);
  });

  test('the reason is sent as a name, too, so that a phone can translate it', () => {
    expect(bodyOf(incidentOf(), 'opened').reason).toBe('rhythm_t3');
  });

  test("the text of an all-clear has the start and the end in the home's time zone", () => {
    const { body } = bodyOf(incidentOf(), 'all_clear', KITCHEN, 5 * MINUTE);
    expect(body).toBe('Birch Street: it is over. It sounded from 04:00 to 04:02.');
  });

  test('the text of a reminder says how long ago the alarm began, at least a minute', () => {
    expect(bodyOf(incidentOf(), 'repeat:1', KITCHEN, 4 * MINUTE).body).toContain('It began 4 min ago; nobody');
    expect(bodyOf(incidentOf(), 'escalated:1', KITCHEN, 1_000).body).toContain('It began 1 min ago; nobody');
  });

  test('the text of a late report says that it was delivered late', () => {
    expect(bodyOf(incidentOf({ late: 1 }), 'opened', KITCHEN, 90 * MINUTE).body).toContain(
      'Delivered late: it began 90 min ago.',
    );
  });

  test('the text about a confirmed taught sound says that taught sounds are not verified', () => {
    const incident = incidentOf({ verdict: 'confirmed' }, 'taught_security_gate_ab12');
    expect(bodyOf(incident, 'opened').body).toContain('taught sounds are not verified');
  });

  test('the text of a notice about a device has no verdict', () => {
    const incident = incidentOf(
      { subjectId: 'd', class: 'upkeep', why: 'no heartbeat for 10 minutes' },
      'device_silent',
    );
    expect(bodyOf(incident, 'upkeep').body).toBe('Birch Street: No heartbeat for 10 minutes.');
  });
});

describe("the sentence on the incident's page", () => {
  const summary = (incident: IncidentRecord, ignored = false) => summaryOf(incident, { ...KITCHEN, ignored });

  test("the sentence on an incident's page says what was heard, where, how certain it is and why", () => {
    expect(summary(incidentOf({ verdict: 'confirmed' }))).toBe('Smoke alarm in Kitchen. Verified. Three beeps, twice.');
  });

  test('the sentence on the page of an ignored sound says that it resembles a sound that was marked as wrong', () => {
    expect(summary(incidentOf({ verdict: 'rejected' }), true)).toContain(
      'Ignored: it sounds like an alert that you marked as wrong.',
    );
  });

  test('the sentence on the page of a test begins with "Test"', () => {
    expect(summary(incidentOf({ test: 1 }))).toMatch(/^Test: Smoke alarm in Kitchen\./);
  });
});
