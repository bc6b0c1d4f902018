import { describe, expect, test } from '@jest/globals';
import type { LabelClass } from '@earshot/shared/labels.ts';
import type { Verdict } from '@earshot/shared/contracts/home.ts';
import {
  acknowledged,
  activeKeyOf,
  advance,
  type Change,
  type IncidentRecord,
  isMarkedFalse,
  judged,
  marked,
  type Notice,
  open,
  reopened,
  setAside,
  soundContinued,
  soundsAgain,
  type Surroundings,
  unacknowledged,
} from './incident.ts';

const START_MS = Date.UTC(2026, 0, 1, 3);
const SECOND = 1_000;
const MINUTE = 60_000;

function recipientsOf(to: Notice['to']): string {
  // `IncidentBook` chooses the recipients of these notifications, so the tests here do not show them.
  if (to === 'notified' || to === 'withoutAllClear') return '';
  return 'level' in to ? ` to level ${to.level}` : ` to all but ${to.notifiedExcept}`;
}

/** Plays an incident second by second, as the sweeper does, and records each notification with its time. */
class Story {
  incident: IncidentRecord;
  nowMs = START_MS;
  levels = [0];
  devicesLive = true;
  others: Surroundings['others'] = [];
  readonly sent: string[] = [];

  constructor(
    kind: LabelClass = 'safety',
    given: { label?: string; test?: boolean; late?: boolean; heardAtMs?: number; subjectId?: string } = {},
  ) {
    const { label = 'smoke_alarm', test = false, late = false, heardAtMs = START_MS, subjectId = '' } = given;
    const names = { id: 'incident', homeId: 'home', label, subjectId, why: 'why', reason: null };
    this.incident = open({ ...names, class: kind, test, late, startedAtMs: heardAtMs, heardAtMs }, START_MS);
  }

  get around(): Surroundings {
    return { nowMs: this.nowMs, levels: this.levels, devicesLive: this.devicesLive, others: this.others };
  }

  take({ incident, notices }: Change): this {
    this.incident = incident;
    for (const { step, to } of notices)
      this.sent.push(`${(this.nowMs - START_MS) / SECOND}s ${step}${recipientsOf(to)}`);
    return this;
  }

  verdict(verdict: Verdict): this {
    return this.take(judged(this.incident, verdict, this.around));
  }

  /** Advances the incident only when something is due, as the sweeper does. */
  run(forMs: number, soundsOn = false): this {
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs;) {
      this.nowMs += SECOND;
      if (soundsOn && (this.nowMs - START_MS) % (20 * SECOND) === 0)
        this.take(advance(soundContinued(this.incident, START_MS, this.nowMs), this.around));
      if (this.incident.nextAtMs !== null && this.incident.nextAtMs <= this.nowMs)
        this.take(advance(this.incident, this.around));
    }
    return this;
  }
}

describe('a safety incident', () => {
  test('a confirmed safety incident is reported once, repeated every 2 min, escalated after 5 min, and cleared 60 s after the last beep', () => {
    const story = new Story();
    story.levels = [0, 1, 3];
    story
      .run(2 * SECOND)
      .verdict('confirmed')
      .run(10 * MINUTE, true)
      .run(5 * MINUTE);
    expect(story.sent).toEqual([
      '2s opened to level 0',
      '122s repeat:1',
      '242s repeat:2',
      '302s escalated:1 to level 1',
      '362s repeat:3',
      '482s repeat:4',
      '602s escalated:3 to level 3',
      '602s repeat:5',
      '660s all_clear',
    ]);
    expect(story.incident).toMatchObject({ state: 'cleared', activeKey: null, nextAtMs: null });
  });

  test('a safety incident without a verdict is reported as unverified after 10 s, and updated when the verdict comes', () => {
    const story = new Story()
      .run(15 * SECOND)
      .verdict('confirmed')
      .run(30 * SECOND);
    expect(story.sent).toEqual(['10s opened to level 0', '15s update:confirmed']);
  });

  test('a safety incident that is rejected after it was reported gets an update, and ends without an all-clear', () => {
    const story = new Story()
      .run(15 * SECOND)
      .verdict('rejected')
      .run(10 * MINUTE);
    expect(story.sent).toEqual(['10s opened to level 0', '15s update:rejected']);
    expect(story.incident).toMatchObject({ state: 'cleared', verdict: 'rejected' });
  });

  test('a safety incident that is rejected within 10 s is over at once, and not reported', () => {
    const story = new Story().run(2 * SECOND).verdict('rejected');
    expect(story.incident).toMatchObject({
      state: 'cleared',
      activeKey: null,
      clearedAtMs: story.nowMs,
      nextAtMs: null,
    });
    story.run(10 * MINUTE);
    expect(story.sent).toEqual([]);
  });

  test('a safety incident that could not be verified is reported at once', () => {
    expect(new Story().run(SECOND).verdict('unverified').sent).toEqual(['1s opened to level 0']);
  });

  test('after an acknowledgement nothing is sent until the all-clear, even while the alarm continues', () => {
    const story = new Story().verdict('confirmed').run(30 * SECOND, true);
    story
      .take(acknowledged(story.incident, 'ann', story.around))
      .run(10 * MINUTE, true)
      .run(2 * MINUTE);
    expect(story.sent).toEqual(['0s opened to level 0', '680s all_clear']);
  });

  test('when two members acknowledge, the first acknowledgement is kept', () => {
    const story = new Story().verdict('confirmed');
    story.take(acknowledged(story.incident, 'ann', story.around)).run(SECOND);
    story.take(acknowledged(story.incident, 'ben', story.around));
    expect(story.incident).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ann', acknowledgedAtMs: START_MS });
  });

  test('when an acknowledgement is undone, the reminders start again from the beginning', () => {
    const story = new Story().verdict('confirmed').run(30 * SECOND, true);
    story.take(acknowledged(story.incident, 'ann', story.around)).run(30 * SECOND, true);
    story.take(unacknowledged(story.incident, story.around)).run(3 * MINUTE, true);
    expect(story.sent).toEqual(['0s opened to level 0', '180s repeat:1']);
    expect(story.incident.state).toBe('open');
  });

  test('an all-clear is held back for half an hour while the device sends no heartbeats', () => {
    const story = new Story().verdict('confirmed');
    story.take(acknowledged(story.incident, 'ann', story.around));
    story.devicesLive = false;
    expect(story.run(29 * MINUTE).incident.state).toBe('acknowledged');
    expect(story.run(2 * MINUTE).sent).toEqual(['0s opened to level 0', '1800s all_clear']);
  });

  test('the all-clear is sent soon after the device sends heartbeats again', () => {
    const story = new Story().verdict('confirmed');
    story.take(acknowledged(story.incident, 'ann', story.around));
    story.devicesLive = false;
    story.run(5 * MINUTE).devicesLive = true;
    expect(story.incident.nextAtMs).toBe(story.nowMs + 15 * SECOND);
    expect(story.run(15 * SECOND).sent.slice(1)).toEqual(['315s all_clear']);
  });

  test('a CO alarm gets its all-clear 90 s after its last beep, because it may sound only once a minute', () => {
    const story = new Story('safety', { label: 'co_alarm' }).verdict('confirmed');
    story.take(acknowledged(story.incident, 'ann', story.around)).run(2 * MINUTE);
    expect(story.sent).toEqual(['0s opened to level 0', '90s all_clear']);
  });

  test.each([60 * MINUTE, 58 * SECOND])(
    'a safety incident that was heard %i ms ago, and so is already over, is reported once, without reminders or all-clear',
    (agoMs) => {
      const story = new Story('safety', { late: true, heardAtMs: START_MS - agoMs });
      story.run(2 * SECOND);
      // An incident may also be advanced before its verdict, for another reason.
      story.take(advance(story.incident, story.around));
      story.verdict('confirmed').run(30 * MINUTE);
      expect(story.sent).toEqual(['2s opened to level 0']);
      expect(story.incident.state).toBe('cleared');
    },
  );

  test('a safety incident is first reported to the lowest escalation level that has members', () => {
    const story = new Story();
    story.levels = [2, 5];
    expect(story.verdict('confirmed').run(6 * MINUTE, true).sent[0]).toBe('0s opened to level 2');
    expect(story.sent).toContain('300s escalated:5 to level 5');
  });

  test('a safety incident in testing mode is reported once as a test, without reminders', () => {
    const story = new Story('safety', { test: true })
      .verdict('confirmed')
      .run(10 * MINUTE, true)
      .run(2 * MINUTE);
    expect(story.sent).toEqual(['0s test to level 0']);
  });

  test('after the server was down for an hour, only one reminder is sent', () => {
    const story = new Story().verdict('confirmed');
    story.nowMs += 60 * MINUTE;
    story.incident = soundContinued(story.incident, START_MS, story.nowMs);
    story.take(advance(story.incident, story.around));
    expect(story.sent.filter((sent) => sent.includes('repeat'))).toHaveLength(1);
  });
});

describe('a security incident', () => {
  test('a security incident is reported only when it is confirmed, and neither repeats nor escalates', () => {
    const story = new Story('security');
    story.levels = [0, 1];
    expect(story.run(30 * SECOND).sent).toEqual([]);
    expect(story.verdict('confirmed').run(20 * MINUTE).sent).toEqual(['30s opened to level 0']);
  });

  test('a security incident is reported even when its verdict takes an hour', () => {
    const story = new Story('security').run(60 * MINUTE).verdict('confirmed');
    expect(story.sent).toEqual(['3600s opened to level 0']);
    expect(story.incident.state).toBe('open');
  });

  test('a security incident stays on the first screen until somebody acknowledges it, and a later glass break opens a new incident', () => {
    const story = new Story('security').verdict('confirmed').run(60 * MINUTE);
    expect(story.incident).toMatchObject({ state: 'open', activeKey: null });
    story.take(acknowledged(story.incident, 'ann', story.around));
    expect(story.run(MINUTE - SECOND).incident.state).toBe('acknowledged');
    expect(story.run(SECOND).incident.state).toBe('cleared');
  });

  test('a security incident that nobody acknowledges leaves the first screen a day after it was reported', () => {
    const story = new Story('security').verdict('confirmed').run(24 * 60 * MINUTE - SECOND);
    expect(story.incident.state).toBe('open');
    expect(story.run(SECOND).incident.state).toBe('cleared');
  });

  test('a test of a security sound leaves the first screen a minute after its last sound', () => {
    const story = new Story('security', { test: true }).verdict('confirmed').run(MINUTE - SECOND);
    expect(story.incident.state).toBe('open');
    expect(story.run(SECOND).incident.state).toBe('cleared');
    expect(story.sent).toEqual(['0s test to level 0']);
  });

  test('a security incident without a verdict goes to the history and is not reported', () => {
    const story = new Story('security').run(20 * MINUTE);
    expect(story.sent).toEqual([]);
    expect(story.incident).toMatchObject({ state: 'cleared', verdict: 'unverified' });
  });
});

test('a low-battery chirp that continues for two days causes one notice', () => {
  const story = new Story('upkeep').verdict('confirmed').run(48 * 60 * MINUTE, true);
  expect(story.sent).toEqual(['0s upkeep to level 0']);
  expect(story.run(25 * 60 * MINUTE).incident.state).toBe('cleared');
});

test('a report that arrives after the all-clear moves the end of the incident, so that the end is never before the last sound', () => {
  const { incident } = new Story().verdict('confirmed').run(2 * MINUTE);
  expect(incident.state).toBe('cleared');
  const later = soundContinued(incident, START_MS, START_MS + 5 * MINUTE);
  expect(later.clearedAtMs).toBeGreaterThanOrEqual(later.lastHeardAtMs);
});

describe('a verdict', () => {
  test('a repeated verdict is reported once', () => {
    expect(new Story().verdict('confirmed').run(SECOND).verdict('confirmed').sent).toEqual(['0s opened to level 0']);
  });

  test('a pending verdict does not change a confirmed incident', () => {
    const story = new Story().verdict('confirmed').run(SECOND).verdict('pending');
    expect(story.incident.verdict).toBe('confirmed');
    expect(story.sent).toEqual(['0s opened to level 0']);
  });

  test('an incident stays confirmed when a later candidate is unverified', () => {
    const story = new Story().verdict('confirmed').run(SECOND).verdict('unverified');
    expect(story.incident.verdict).toBe('confirmed');
    expect(story.sent).toEqual(['0s opened to level 0']);
  });

  test('a security sound without a verdict counts as unverified after 15 minutes', () => {
    const story = new Story('security').run(15 * MINUTE - SECOND);
    expect(story.incident.verdict).toBe('pending');
    expect(story.run(SECOND).incident.verdict).toBe('unverified');
  });
});

describe('the end of an incident', () => {
  test('an upkeep incident ends a day after its last sound, not after a minute', () => {
    const story = new Story('upkeep').verdict('confirmed').run(24 * 60 * MINUTE - SECOND);
    expect(story.incident.state).toBe('open');
    expect(story.run(SECOND).incident.state).toBe('cleared');
  });

  test('a notice about a device does not end when no sound is heard', () => {
    const story = new Story('upkeep', { subjectId: 'device' }).verdict('confirmed').run(48 * 60 * MINUTE);
    expect(story.incident.activeKey).not.toBeNull();
  });

  test('a security incident ends even when its device sends no heartbeats any more', () => {
    const story = new Story('security').verdict('confirmed');
    story.devicesLive = false;
    expect(story.run(MINUTE).incident.activeKey).toBeNull();
  });

  test('a security incident is not cleared before it has a verdict, even when it is advanced after its sound is over', () => {
    const story = new Story('security').run(2 * MINUTE);
    story.take(advance(story.incident, story.around));
    expect(story.incident).toMatchObject({ state: 'open', verdict: 'pending', activeKey: null });
    expect(story.run(12 * MINUTE).incident.state).toBe('open');
  });
});

describe('an acknowledgement', () => {
  test('acknowledging a cleared incident leaves it cleared', () => {
    const story = new Story().verdict('confirmed').run(2 * MINUTE);
    story.take(acknowledged(story.incident, 'ann', story.around));
    expect(story.incident).toMatchObject({ state: 'cleared', acknowledgedBy: 'ann' });
  });

  test('undoing the acknowledgement of a cleared incident starts no reminders', () => {
    const story = new Story().verdict('confirmed').run(2 * MINUTE);
    story.take(acknowledged(story.incident, 'ann', story.around));
    story.take(unacknowledged(story.incident, story.around));
    expect(story.incident).toMatchObject({ state: 'cleared', acknowledgedBy: null, repeatAtMs: null, nextAtMs: null });
  });

  test('undoing an acknowledgement that was never made leaves the times of the reminders unchanged', () => {
    const story = new Story().verdict('confirmed').run(MINUTE - SECOND, true);
    const { repeatAtMs, escalateAtMs } = story.incident;
    story.take(unacknowledged(story.incident, story.around));
    expect(story.incident).toMatchObject({ repeatAtMs, escalateAtMs });
  });

  test('undoing an acknowledgement before the incident was reported starts no reminders', () => {
    const story = new Story();
    story.take(acknowledged(story.incident, 'ann', story.around));
    story.take(unacknowledged(story.incident, story.around));
    expect(story.incident).toMatchObject({ state: 'open', repeatAtMs: null, escalateAtMs: null });
  });

  test('a security incident that was acknowledged before its verdict stays acknowledged when it is confirmed', () => {
    const story = new Story('security');
    story
      .take(acknowledged(story.incident, 'ann', story.around))
      .run(SECOND)
      .verdict('confirmed');
    expect(story.incident.state).toBe('acknowledged');
  });

  test('a safety incident that was acknowledged before its verdict sends no reminders when it is confirmed', () => {
    const story = new Story();
    story
      .take(acknowledged(story.incident, 'ann', story.around))
      .run(SECOND)
      .verdict('confirmed');
    expect(story.incident).toMatchObject({ state: 'acknowledged', repeatAtMs: null, escalateAtMs: null });
  });
});

describe('a mark as false alert', () => {
  const mark = (story: Story, verdict: 'right' | 'wrong' | null, by = 'ann') =>
    story.take(marked(story.incident, verdict, by, story.around));

  test('a mark as false alert acknowledges the alarm: reminders and escalation stop, and the others are informed', () => {
    const story = new Story();
    story.levels = [0, 1];
    story.verdict('confirmed').run(30 * SECOND, true);
    mark(story, 'wrong').run(10 * MINUTE, true);
    expect(story.incident).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ann', feedback: 'wrong' });
    expect(story.sent).toEqual(['0s opened to level 0', '30s marked_false:0 to all but ann']);
  });

  test('a mark before anybody is notified suppresses the unverified report after 10 s, but not the report of a confirmed alarm', () => {
    const story = new Story().run(SECOND);
    mark(story, 'wrong').run(20 * SECOND, true);
    expect(story.sent).toEqual([]);
    expect(story.incident).toMatchObject({ verdict: 'unverified', nextAtMs: START_MS + 80 * SECOND });
    story.verdict('confirmed').run(6 * MINUTE, true);
    expect(story.sent).toEqual(['21s opened to level 0']);
    story.run(2 * MINUTE);
    expect(story.sent.slice(1)).toEqual(['440s all_clear']);
  });

  test('a mark before anybody is notified suppresses the report when the alarm cannot be verified', () => {
    const story = new Story();
    expect(
      mark(story, 'wrong')
        .verdict('unverified')
        .run(2 * MINUTE).sent,
    ).toEqual([]);
  });

  test('withdrawing a mark before anybody was notified reports the alarm, without a reminder', () => {
    const story = new Story().run(SECOND);
    mark(story, 'wrong').run(20 * SECOND, true);
    mark(story, null).run(MINUTE, true);
    expect(story.sent).toEqual(['21s opened to level 0']);
  });

  test('a mark prevents reminders until it is withdrawn, even when the acknowledgement is undone', () => {
    const story = new Story();
    story.levels = [0, 1];
    story.verdict('confirmed');
    mark(story, 'wrong');
    story.take(unacknowledged(story.incident, story.around)).run(10 * MINUTE, true);
    expect(story.incident).toMatchObject({ state: 'open', acknowledgedBy: null, repeatAtMs: null, escalateAtMs: null });
    mark(story, null).run(5 * MINUTE, true);
    expect(story.sent.slice(2)).toEqual([
      '600s repeat:1',
      '720s repeat:2',
      '840s repeat:3',
      '900s escalated:1 to level 1',
    ]);
  });

  test('withdrawing a mark after the sound has ended, but before the sweeper has cleared the alarm, sends only the all-clear', () => {
    const story = new Story().verdict('confirmed');
    mark(story, 'wrong');
    story.nowMs += 2 * MINUTE;
    mark(story, null);
    expect(story.sent.slice(1)).toEqual(['0s marked_false:0 to all but ann', '120s all_clear']);
    expect(story.incident.state).toBe('cleared');
  });

  test('a mark on an alarm that was reported without a verdict does not suppress the update when the verdict comes', () => {
    const story = new Story().run(12 * SECOND);
    mark(story, 'wrong').run(SECOND).verdict('confirmed');
    expect(story.sent.at(-1)).toBe('13s update:confirmed');
  });

  test('withdrawing a mark opens the alarm again and reminds everybody at once, even if somebody had acknowledged it before', () => {
    const story = new Story().verdict('confirmed').run(10 * SECOND, true);
    story.take(acknowledged(story.incident, 'ben', story.around));
    mark(story, 'wrong').run(10 * SECOND, true);
    mark(story, 'right').run(2 * MINUTE, true);
    expect(story.incident).toMatchObject({ state: 'open', acknowledgedBy: null, feedback: 'right' });
    expect(story.sent.slice(1)).toEqual(['10s marked_false:0 to all but ann', '20s repeat:1', '140s repeat:2']);
  });

  test('when a mark is withdrawn and given again, the others are informed again', () => {
    const story = new Story().verdict('confirmed');
    for (const verdict of ['wrong', null, 'wrong'] as const) mark(story, verdict);
    expect(story.sent.slice(1)).toEqual([
      '0s marked_false:0 to all but ann',
      '0s repeat:1',
      '0s marked_false:1 to all but ann',
    ]);
  });

  test('withdrawing the mark of a security alert sends one reminder', () => {
    const story = new Story('security').verdict('confirmed');
    mark(story, 'wrong');
    mark(story, null).run(10 * MINUTE);
    expect(story.sent.slice(1)).toEqual(['0s marked_false:0 to all but ann', '0s repeat:1']);
    expect(story.incident.state).toBe('open');
  });

  test('a mark on an alert that is over acknowledges nothing and informs nobody', () => {
    const story = new Story().verdict('confirmed').run(2 * MINUTE);
    const before = story.sent.length;
    mark(story, 'wrong');
    expect(story.incident).toMatchObject({ state: 'cleared', acknowledgedBy: null, feedback: 'wrong' });
    mark(story, null).run(10 * MINUTE);
    expect(story.sent).toHaveLength(before);
  });

  test.each([
    ['on a test of an alarm', new Story('safety', { test: true }), 'test'],
    ['on an upkeep notice', new Story('upkeep'), 'upkeep'],
  ])('withdrawing a mark %s sends no reminder', (_, story, step) => {
    story.verdict('confirmed');
    mark(story, 'wrong');
    const before = story.sent.length;
    mark(story, null).run(20 * SECOND);
    expect(story.sent[0]).toBe(`0s ${step} to level 0`);
    expect(story.sent).toHaveLength(before);
    expect(story.incident.state).toBe('open');
  });

  test('a mark on a test of an alarm informs nobody', () => {
    const story = new Story('safety', { test: true }).verdict('confirmed');
    mark(story, 'wrong');
    expect(story.sent).toEqual(['0s test to level 0']);
  });

  test('a mark stores who made it and when, until it is withdrawn', () => {
    const story = new Story().verdict('confirmed').run(SECOND);
    mark(story, 'wrong');
    expect(story.incident).toMatchObject({ feedbackBy: 'ann', feedbackAtMs: story.nowMs });
    mark(story, null, 'ben');
    expect(story.incident).toMatchObject({ feedback: null, feedbackBy: null, feedbackAtMs: null });
  });

  test('a mark as "right" leaves the alarm open', () => {
    const story = new Story().verdict('confirmed').run(SECOND);
    mark(story, 'right').run(2 * MINUTE, true);
    expect(story.sent.slice(1)).toEqual(['120s repeat:1']);
  });
});

describe('an alert while another alert of the same alarm is active', () => {
  const OTHER = { id: 'other', toldAtMs: START_MS };

  test('an alert is not reported while another alert of the same alarm rings, and ends without an update or all-clear', () => {
    const story = new Story();
    story.others = [OTHER];
    story
      .run(SECOND)
      .verdict('confirmed')
      .run(2 * MINUTE);
    expect(story.sent).toEqual([]);
    expect(story.incident).toMatchObject({ state: 'cleared', toldAtMs: null, nextAtMs: null });
    story.others = [];
    expect(story.take(advance(story.incident, story.around)).sent).toEqual([]);
  });

  test('an alert is reported within a second after the other alert of the same alarm has ended', () => {
    const story = new Story();
    story.others = [OTHER];
    story
      .run(SECOND)
      .verdict('confirmed')
      .run(30 * SECOND);
    expect(story.incident.nextAtMs).toBe(story.nowMs + SECOND);
    story.others = [];
    story.run(SECOND);
    expect(story.sent).toEqual(['32s opened to level 0']);
  });

  test('an alert is reported while another alert of the same alarm is still unreported, because the verifier may reject the other alert', () => {
    const story = new Story();
    story.others = [{ ...OTHER, toldAtMs: null }];
    story.verdict('confirmed');
    expect(story.sent).toEqual(['0s opened to level 0']);
  });

  test('an alert sends no reminders and does not escalate while another alert of the same alarm, which was reported earlier, sends them', () => {
    const story = new Story().run(SECOND).verdict('confirmed');
    story.levels = [0, 1];
    story.others = [OTHER];
    story.run(6 * MINUTE, true);
    expect(story.sent).toEqual(['1s opened to level 0']);
    story.others = [];
    story.run(SECOND);
    expect(story.sent.slice(1)).toEqual(['362s escalated:1 to level 1', '362s repeat:1']);
  });

  test.each([
    ['was reported later', START_MS + SECOND],
    ['was reported at the same moment', START_MS],
    ['is not reported yet', null],
  ])(
    'an alert sends reminders when the other alert of the same alarm %s, and sends its all-clear within 15 s after the other alert has ended',
    (_, toldAtMs) => {
      const story = new Story().verdict('confirmed');
      story.others = [{ ...OTHER, toldAtMs }];
      story.run(2 * MINUTE, true).run(2 * MINUTE);
      expect(story.sent).toEqual(['0s opened to level 0', '120s repeat:1']);
      expect(story.incident).toMatchObject({ state: 'cleared', nextAtMs: START_MS + 255 * SECOND });
      story.others = [];
      story.run(15 * SECOND);
      expect(story.sent.slice(2)).toEqual(['255s all_clear']);
      expect(story.incident.nextAtMs).toBeNull();
    },
  );

  describe('the all-clear of an alert that ends before another alert of the same alarm', () => {
    const waiting = () => {
      const story = new Story().run(12 * SECOND);
      story.others = [OTHER];
      story.run(2 * MINUTE);
      expect(story.incident).toMatchObject({ state: 'cleared', activeKey: null });
      expect(story.sent).toEqual(['10s opened to level 0']);
      return story;
    };
    const end = (story: Story) => {
      story.others = [];
      return story.run(MINUTE).sent.slice(1);
    };

    test('is sent later, even if the ended alert is meanwhile acknowledged, marked, or reported to continue', () => {
      const story = waiting();
      story.take(acknowledged(story.incident, 'ann', story.around));
      story.take(unacknowledged(story.incident, story.around));
      story.take(marked(story.incident, 'wrong', 'ann', story.around));
      story.take(advance(soundContinued(story.incident, START_MS, story.nowMs), story.around));
      expect(end(story)).toEqual(['147s all_clear']);
    });

    test('is sent once, with the first change of the ended alert after the other alert has ended', () => {
      const story = waiting();
      story.others = [];
      for (let n = 0; n < 2; n++) story.take(advance(story.incident, story.around));
      expect(story.sent.slice(1)).toEqual(['132s all_clear']);
    });

    test('is not sent when the verifier rejects the ended alert meanwhile', () => {
      const story = waiting();
      story.verdict('rejected');
      expect(story.incident.nextAtMs).toBeNull();
      expect(end(story)).toEqual(['132s update:rejected']);
    });
  });

  test('an alert that was marked as false, and is confirmed while another alert of the same alarm rings, is never reported', () => {
    const story = new Story();
    story.others = [OTHER];
    story
      .take(marked(story.incident, 'wrong', 'ann', story.around))
      .run(SECOND)
      .verdict('confirmed');
    expect(story.incident.nextAtMs).toBe(START_MS + MINUTE);
    story.others = [];
    expect(story.run(2 * MINUTE).sent).toEqual([]);
  });

  test('an alert that was marked as false and is over is not reported when it is confirmed', () => {
    const story = new Story();
    story
      .take(marked(story.incident, 'wrong', 'ann', story.around))
      .run(2 * MINUTE)
      .verdict('confirmed');
    expect(story.sent).toEqual([]);
  });

  test('setAside() gives an alert a key of its own, so that a new alert can use the key of the sound', () => {
    const { incident } = new Story();
    expect(setAside(incident)).toEqual({ ...incident, activeKey: `${incident.activeKey}:incident` });
  });
});

describe('an alarm whose device reports that it continues, although its alert is over', () => {
  const ended = () => new Story().verdict('confirmed').run(2 * MINUTE);

  test.each<[string, Partial<IncidentRecord>, Surroundings['others'], boolean]>([
    ['is over', {}, [], true],
    ['could not be verified', { verdict: 'unverified' }, [], true],
    ['is still active', { activeKey: 'key' }, [], false],
    ['was a test', { test: 1 }, [], false],
    ['was rejected by the verifier', { verdict: 'rejected' }, [], false],
    ['was marked as false', { feedback: 'wrong' }, [], false],
    ['is over while another alert of the same alarm is active', {}, [{ id: 'other', toldAtMs: null }], false],
    ['is of breaking glass', { class: 'security' }, [], false],
  ])('may open its alert again when the alert %s (%j, other active alerts: %j): %j', (_, given, others, isAgain) => {
    const { incident, around } = ended();
    expect(soundsAgain({ ...incident, ...given }, { ...around, others })).toBe(isAgain);
  });

  test('opens again under a key of its own, reminds everybody at once, and gets another all-clear after its last beep', () => {
    const story = ended();
    story.take(reopened(soundContinued(story.incident, START_MS, story.nowMs), story.around));
    expect(story.incident).toMatchObject({
      state: 'open',
      clearedAtMs: null,
      activeKey: `${activeKeyOf('home', 'smoke_alarm', '', false)}:incident`,
    });
    story.run(2 * MINUTE, true).run(2 * MINUTE);
    expect(story.sent.slice(1)).toEqual(['60s all_clear', '120s repeat:1', '240s repeat:2', '300s all_clear']);
  });
});

test.each([
  ['a real smoke alarm that was marked as wrong', {}, true],
  ['a test of a smoke alarm', { test: 1 }, false],
  ['breaking glass', { class: 'security' }, false],
  ['an alarm that was marked as right', { feedback: 'right' }, false],
] as const)('isMarkedFalse for %s (%j) is %j', (_, given, isMarked) => {
  expect(isMarkedFalse({ ...new Story().incident, feedback: 'wrong', ...given })).toBe(isMarked);
});

test('escalation stops at the last level', () => {
  const story = new Story().verdict('confirmed').run(6 * MINUTE, true);
  expect(story.incident.escalateAtMs).toBeNull();
  story.levels = [0, 1];
  expect(story.run(10 * MINUTE, true).sent.filter((step) => step.includes('escalated'))).toEqual([]);
});

test('a report of a second device can move the start of the incident to an earlier time, never to a later one', () => {
  const { incident } = new Story();
  const earlier = soundContinued(incident, START_MS - 3 * SECOND, START_MS);
  expect(earlier.startedAtMs).toBe(START_MS - 3 * SECOND);
  expect(soundContinued(earlier, START_MS, START_MS + SECOND).startedAtMs).toBe(START_MS - 3 * SECOND);
});

test('an open incident has no end time, even after a report that the sound continues', () => {
  expect(soundContinued(new Story().incident, START_MS, START_MS + MINUTE).clearedAtMs).toBeNull();
});

test('incidents of different homes, sounds or devices, and tests and real alarms, never share a key', () => {
  const keys = [
    activeKeyOf('home', 'smoke_alarm', '', false),
    activeKeyOf('other', 'smoke_alarm', '', false),
    activeKeyOf('home', 'co_alarm', '', false),
    activeKeyOf('home', 'smoke_alarm', 'device', false),
    activeKeyOf('home', 'smoke_alarm', '', true),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('the key of an incident keeps its form, because after an update the cloud finds the open incidents in the database by it', () => {
  expect(activeKeyOf('home', 'smoke_alarm', '', false)).toBe('home:smoke_alarm::real');
  expect(activeKeyOf('home', 'low_battery_chirp', 'device', true)).toBe('home:low_battery_chirp:device:test');
});
