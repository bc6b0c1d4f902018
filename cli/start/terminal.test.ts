import { describe, expect, test } from '@jest/globals';
import type { NotSent } from '@earshot/shared/contracts/home.ts';
import type { StartEvent } from '@earshot/shared/contracts/start-event.ts';
import { sentenceOf, terminalReporter } from './terminal.ts';

const ID = '01a1fd60-2749-705d-9c8e-69473cebd15f';
/** Detected 34 s after the beginning of a recording. */
const AT = { detectedS: 34, detectedAt: null, earlierAt: null } as const;

describe('the terminal', () => {
  test.each<[StartEvent, string]>([
    [
      {
        type: 'candidate',
        id: ID,
        label: 'smoke_alarm',
        score: 0.97,
        atS: 3_725,
        detectedS: 3_731.2,
        startedAt: null,
        detectedAt: null,
        why: 'three beeps of 0.5 s at 3.1 kHz, and again',
      },
      '1:02:11  suspects  smoke alarm (97 %), since 1:02:05: three beeps of 0.5 s at 3.1 kHz, and again',
    ],
    [
      {
        type: 'verdict',
        id: ID,
        label: 'glass_break',
        verdict: 'rejected',
        score: 0.12,
        ignored: false,
        ...AT,
      },
      '0:00:34  verdict   breaking glass: rejected (12 %)',
    ],
    [
      {
        type: 'verdict',
        id: ID,
        label: 'glass_break',
        verdict: 'unverified',
        score: null,
        ignored: false,
        ...AT,
      },
      '0:00:34  verdict   breaking glass: unverified',
    ],
    [
      {
        type: 'verdict',
        id: ID,
        label: 'glass_break',
        verdict: 'rejected',
        score: 0.98,
        ignored: true,
        ...AT,
      },
      '0:00:34  verdict   breaking glass: ignored, because it resembles a sound that this home marked as a false alert',
    ],
    [
      {
        type: 'incident',
        id: ID,
        label: 'glass_break',
        verdict: 'rejected',
        state: 'cleared',
        ignored: true,
        notSent: null,
        goesOn: false,
        ...AT,
      },
      '0:00:34  incident  breaking glass: ignored, cleared',
    ],
    [
      {
        type: 'notification',
        incidentId: ID,
        step: 'opened',
        title: 'Smoke alarm · Hall',
        channel: 'app',
        ...AT,
      },
      '0:00:34  ALERT     Smoke alarm · Hall (shown in the app only: no phone rings yet)',
    ],
    [
      {
        type: 'notification',
        incidentId: ID,
        step: 'opened',
        title: 'Smoke alarm · Hall',
        channel: 'webpush',
        ...AT,
      },
      '0:00:34  ALERT     Smoke alarm · Hall (webpush)',
    ],
    [
      {
        type: 'incident',
        id: ID,
        label: 'smoke_alarm',
        verdict: 'confirmed',
        state: 'open',
        ignored: false,
        notSent: null,
        goesOn: false,
        ...AT,
      },
      '0:00:34  incident  smoke alarm: confirmed, open',
    ],
    [
      { type: 'health', source: 'mic', state: 'deaf', reason: 'all_zero' },
      '         health    mic hears nothing: it sends only silence. Check that it is switched on and not muted',
    ],
    [
      { type: 'health', source: 'mic', state: 'recovering', reason: 'all_zero' },
      '         health    mic is recovering',
    ],
    [{ type: 'health', source: 'mic', state: 'ok', reason: null }, '         health    mic is ok'],
    [
      { type: 'error', code: 'DISK_FULL', message: 'The disk is full', todo: 'Free some space.' },
      '         problem   DISK_FULL: The disk is full. Free some space.',
    ],
    [
      { type: 'started', url: 'http://127.0.0.1:1', listen: 'mic', release: '2026-01-01.1', pairingCode: '12345678' },
      'Earshot listens to mic (release 2026-01-01.1). The app: http://127.0.0.1:1',
    ],
  ])('prints %j as a sentence', (event, sentence) => expect(sentenceOf(event)).toBe(sentence));

  test('sums up what was found and reported', () => {
    const incidents = [
      { label: 'smoke_alarm', verdict: 'confirmed', notified: 1, notSent: null, startedAtS: 34 },
    ] as const;
    expect(sentenceOf({ type: 'summary', seconds: 80, candidates: 2, rejected: 1, incidents: [...incidents] })).toBe(
      '\n0:01:20 heard, 2 candidates, 1 rejected, 1 incident (with the time at which the sound began):\n  0:00:34  smoke alarm, confirmed, reported',
    );
  });

  test('sums up a quiet run without a list', () => {
    expect(sentenceOf({ type: 'summary', seconds: 5, candidates: 0, rejected: 0, incidents: [] })).toBe(
      '\n0:00:05 heard, 0 candidates, 0 rejected, 0 incidents.',
    );
  });

  test('says what an earlier run detected and this run delivered', () => {
    const startedAt = new Date(2026, 0, 1, 14, 3, 9).toISOString();
    const smoke = { label: 'smoke_alarm', verdict: 'confirmed', notified: 1, notSent: null, startedAt } as const;
    const quiet = { type: 'summary', seconds: 5, candidates: 0, rejected: 0, incidents: [] } as const;
    const sentence = (incidents: (typeof smoke)[]) =>
      sentenceOf({ ...quiet, incidents: [], fromBefore: { candidates: 2, rejected: 1, incidents } });
    expect(sentence([smoke])).toBe(
      '\n0:00:05 heard, 0 candidates, 0 rejected, 0 incidents.\nFrom before this run: 2 candidates delivered, 1 rejected, 1 incident:\n  2026-01-01 14:03:09  smoke alarm, confirmed, reported',
    );
    expect(sentence([])).toContain('From before this run: 2 candidates delivered, 1 rejected, 0 incidents.');
  });

  test('an incident of which nobody was notified is not reported', () => {
    const one = { label: 'smoke_alarm', verdict: 'unverified', notified: 0, notSent: null, startedAtS: 1 } as const;
    expect(sentenceOf({ type: 'summary', seconds: 5, candidates: 1, rejected: 0, incidents: [one] })).toContain(
      'smoke alarm, unverified, not reported',
    );
  });

  test.each<[NotSent, string]>([
    [
      { because: 'cool_down', reportedAt: new Date(2026, 0, 1, 14, 3, 9).toISOString() },
      'not reported again: the same sound was already reported at 14:03:09, less than 5 minutes before',
    ],
    [{ because: 'not_now' }, 'not reported: the app has "Not now" set for this sound'],
    [
      { because: 'quiet_hours', until: new Date(2026, 0, 2, 7, 30).toISOString() },
      'not reported before 07:30:00: quiet hours',
    ],
  ])('an incident of which nobody was notified because of %j says so, at once and in the summary', (notSent, words) => {
    const glass = { label: 'glass_break', verdict: 'confirmed', notSent } as const;
    expect(
      sentenceOf({ type: 'incident', id: ID, state: 'open', ignored: false, goesOn: false, ...AT, ...glass }),
    ).toBe(`0:00:34  incident  breaking glass: confirmed, open; ${words}`);
    const incidents = [{ ...glass, notified: 0, startedAtS: 1 }];
    expect(sentenceOf({ type: 'summary', seconds: 5, candidates: 1, rejected: 0, incidents })).toContain(
      `breaking glass, confirmed, ${words}`,
    );
  });

  test('marks a line about a sound of an earlier run at its beginning, with the time of its detection', () => {
    const earlierAt = new Date(2026, 0, 1, 14, 3, 9).toISOString();
    const smoke = {
      id: ID,
      label: 'smoke_alarm',
      verdict: 'confirmed',
      ignored: false,
      detectedS: null,
      detectedAt: null,
      earlierAt,
    } as const;
    const incident = { ...smoke, type: 'incident', state: 'open', notSent: null, goesOn: false } as const;
    const title = 'Smoke alarm · Hall';
    const told = { ...smoke, type: 'notification', incidentId: ID, step: 'opened', title, channel: 'webpush' } as const;
    expect([{ ...smoke, type: 'verdict', score: 1 } as const, incident, told].map(sentenceOf)).toEqual([
      'earlier run, 2026-01-01 14:03:09  verdict   smoke alarm: confirmed (100 %)',
      'earlier run, 2026-01-01 14:03:09  incident  smoke alarm: confirmed, open',
      'earlier run, 2026-01-01 14:03:09  ALERT     Smoke alarm · Hall (webpush)',
    ]);
  });

  test('gives times of day for a microphone, in the same column', () => {
    const [startedAt, detectedAt] = [2, 9].map((s) => new Date(2026, 0, 1, 14, 3, s).toISOString()) as [string, string];
    const smoke = { id: ID, label: 'smoke_alarm', score: 1, detectedS: 9, detectedAt, earlierAt: null } as const;
    const suspected = { ...smoke, type: 'candidate', atS: 2, startedAt, why: 'three beeps' } as const;
    const verdict = { ...smoke, type: 'verdict', verdict: 'confirmed', ignored: false } as const;
    expect([suspected, verdict].map(sentenceOf)).toEqual([
      '14:03:09 suspects  smoke alarm (100 %), since 14:03:02: three beeps',
      '14:03:09 verdict   smoke alarm: confirmed (100 %)',
    ]);
    const incidents = [
      { ...smoke, verdict: 'confirmed', notified: 1, notSent: null, startedAtS: 2, startedAt } as const,
    ];
    expect(sentenceOf({ type: 'summary', seconds: 80, candidates: 1, rejected: 0, incidents })).toContain(
      '  14:03:02  smoke alarm, confirmed, reported',
    );
  });

  test('a notice that is not about a sound has no time', () => {
    const told = {
      type: 'notification',
      incidentId: ID,
      step: 'upkeep',
      title: 'Device offline',
      channel: 'webpush',
    } as const;
    expect(sentenceOf({ ...told, detectedS: null, detectedAt: null, earlierAt: null })).toBe(
      '         notice    Device offline (webpush)',
    );
  });

  test('says that an incident began in an earlier run before it says the verdict of that run', () => {
    const smoke = { id: ID, label: 'smoke_alarm', verdict: 'confirmed', ignored: false, notSent: null } as const;
    expect(sentenceOf({ type: 'incident', state: 'open', goesOn: true, ...AT, ...smoke })).toBe(
      '0:00:34  incident  continues from an earlier run: smoke alarm, confirmed, open',
    );
  });

  test.each([
    ['all_clear', 'All clear: Smoke alarm · Hall', 'all clear Smoke alarm · Hall'],
    ['update:rejected', 'Probably no alarm: Smoke alarm · Hall', 'notice    Probably no alarm: Smoke alarm · Hall'],
    ['marked_false:1', 'False alert: Smoke alarm · Hall', 'notice    False alert: Smoke alarm · Hall'],
    ['upkeep', 'Low battery · Hall', 'notice    Low battery · Hall'],
    ['repeat:1', 'Still open: Smoke alarm · Hall', 'ALERT     Still open: Smoke alarm · Hall'],
  ])(
    'calls a notification an ALERT unless it is about upkeep, or says that the alert is over or false (step %s)',
    (step, title, words) => {
      const told = { type: 'notification', incidentId: ID, step, title, channel: 'webpush', ...AT } as const;
      expect(sentenceOf(told)).toBe(`0:00:34  ${words} (webpush)`);
    },
  );

  test('an alarm that continues from the previous run was reported in that run', () => {
    const one = {
      label: 'smoke_alarm',
      verdict: 'confirmed',
      notified: 0,
      notSent: null,
      startedAtS: 34,
      goesOn: true,
    } as const;
    expect(sentenceOf({ type: 'summary', seconds: 80, candidates: 1, rejected: 0, incidents: [one] })).toContain(
      'smoke alarm, confirmed, continues from the previous run, which reported it',
    );
  });

  test('shows scores on a screen, but not in files and pipes', () => {
    const now = {
      source: 'mic',
      atS: 61,
      levelDbfs: -30,
      scores: [
        { label: 'smoke_alarm', score: 0.6 },
        { label: 'door', score: 0.01 },
      ],
    };
    const [screen, pipe]: [string[], string[]] = [[], []];
    terminalReporter({ write: (text) => screen.push(text), isTTY: true }).hears(now, null);
    terminalReporter({ write: (text) => pipe.push(text) }).hears(now, null);
    expect(screen.join('')).toBe('\r\x1b[K0:01:01  ██████······  smoke alarm 60 %');
    expect(pipe).toEqual([]);
    terminalReporter({ write: (text) => screen.push(text), isTTY: true }).hears(
      now,
      new Date(2026, 0, 1, 14, 3, 9).toISOString(),
    );
    expect(screen.at(-1)).toMatch(/K14:03:09 █/);
  });

  test('silence is an empty bar, and low scores are not named', () => {
    const screen: string[] = [];
    const scores = [{ label: 'smoke_alarm', score: 0.1 }];
    terminalReporter({ write: (text) => screen.push(text), isTTY: true }).hears(
      {
        source: 'mic',
        atS: 0,
        levelDbfs: null,
        scores,
      },
      null,
    );
    expect(screen.join('')).toBe('\r\x1b[K0:00:00  ············  nothing of note');
  });

  test('a note or an event clears the line with the scores on a screen, but writes no control characters to a pipe', () => {
    const [screen, pipe]: [string[], string[]] = [[], []];
    terminalReporter({ write: (text) => screen.push(text), isTTY: true }).note('Ctrl-C stops Earshot.');
    terminalReporter({ write: (text) => pipe.push(text) }).event({
      type: 'health',
      source: 'mic',
      state: 'ok',
      reason: null,
    });
    expect(screen).toEqual(['\r\x1b[KCtrl-C stops Earshot.\n']);
    expect(pipe).toEqual(['         health    mic is ok\n']);
  });
});
