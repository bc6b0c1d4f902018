import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { iso } from '@earshot/shared/clock.ts';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { patchMember } from '../homes/members.ts';
import type { Caller } from '../homes/tokens.ts';
import type { TestParts } from '../testing/test-parts.ts';
import { acknowledge, giveFeedback } from './member-actions.ts';
import { stillHeard } from './still-heard.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const SAMPLES_A_SECOND = 16_000;

/**
 * Tests which alerts ring and which stay silent after a member marked a smoke alarm as a false alert. Runs on every database.
 */
export function falseAlertContract(open: (startMs: number) => Promise<TestParts>): void {
  describe('a smoke alarm that was marked as a false alert', () => {
    let home: TestParts;
    let hall: Caller;
    let kitchen: Caller;
    let candidateId: string;
    /** When the marked sound began. It is marked 5 s later, and each test starts 5 s after the mark. */
    let beganMs: number;
    beforeEach(async () => {
      home = await open(Date.UTC(2026, 0, 1, 3));
      hall = await home.pair('device', 'Hall');
      kitchen = await home.pair('device', 'Kitchen');
      beganMs = home.clock.nowMs();
      candidateId = await home.report(hall, 'smoke_alarm');
      await home.verdict(candidateId, 'confirmed');
      await home.clock.advance(5 * SECOND);
      await mark('wrong');
      await home.clock.advance(5 * SECOND);
    });
    afterEach(() => home[Symbol.asyncDispose]());

    const mark = async (verdict: 'wrong' | null, at = 0) =>
      giveFeedback(home.parts, home.owner, (await home.incidents())[at]?.id ?? '', verdict);
    const report = (device: Caller, given: Partial<Candidate> = {}) => home.report(device, 'smoke_alarm', given);
    /** A further report of a sound that began at `sinceMs`. */
    const again = (sinceMs: number, device = hall) =>
      report(device, { startedAt: iso(sinceMs), detectedAt: iso(home.clock.nowMs()) });
    const states = async () =>
      (await home.incidents()).map(({ state, feedback }) => [state, feedback?.verdict ?? null]);
    /** The notifications that were sent after the first alert of the marked sound. */
    const sent = async () => (await home.outbox()).slice(1);
    /** Lets the marked sound in the hall continue for `ms`. */
    const continues = (ms: number) => home.pass(ms, { device: hall, candidateId });
    const ms = () => home.clock.nowMs();

    describe('new reports', () => {
      test('a marked alarm rings again and sends reminders when another device detects it, and sends no all-clear meanwhile', async () => {
        const second = await report(kitchen);
        await home.verdict(second, 'confirmed');
        expect(await states()).toEqual([
          ['acknowledged', 'wrong'],
          ['open', null],
        ]);
        await home.pass(3 * MINUTE, { device: kitchen, candidateId: second });
        expect(await sent()).toEqual(['Owner: opened', 'Owner: repeat:1']);
        expect(await states()).toEqual([
          ['cleared', 'wrong'],
          ['open', null],
        ]);
      });

      test('a marked alarm without a new verdict rings again 10 s after another device detects it', async () => {
        await report(kitchen);
        expect(await sent()).toEqual([]);
        await home.pass(10 * SECOND);
        expect(await sent()).toEqual(['Owner: opened']);
        expect((await home.incidents())[1]).toMatchObject({ state: 'open', verdict: 'unverified' });
      });

      test('a marked alarm rings again at once when another device reports it without a clip', async () => {
        await report(kitchen, { clip: null });
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('an alarm that began after the mark rings when the same device detects it, even if the clock of the device is wrong', async () => {
        const wrongMs = ms() - HOUR;
        const times = { startedAt: iso(wrongMs), detectedAt: iso(wrongMs + SECOND) };
        await home.verdict(await report(hall, times), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('a marked alarm rings again when a third device detects it, even if the alert of a second device was also marked', async () => {
        await home.verdict(await report(kitchen), 'confirmed');
        await mark('wrong', 1);
        await home.verdict(await report(await home.pair('device', 'Attic')), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened', 'Owner: opened']);
        expect((await states())[2]).toEqual(['open', null]);
      });

      test('a marked alarm rings again when another device detects it, even after the verifier rejected the earlier report of that device', async () => {
        await home.verdict(await report(kitchen), 'rejected');
        await home.verdict(await report(kitchen), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened']);
      });
    });

    describe('reports that are rejected or belong to the marked sound', () => {
      test("a marked alarm stays silent when the verifier rejects another device's report, and sends its all-clear when the sound ends", async () => {
        await home.verdict(await report(kitchen), 'rejected');
        await continues(2 * MINUTE);
        expect(await sent()).toEqual([]);
        await home.pass(2 * MINUTE);
        expect(await sent()).toEqual(['Owner: all_clear']);
      });

      test('a marked alarm stays silent while its sound continues, even if two devices report it alternately and both their alerts are marked', async () => {
        await home.verdict(await again(beganMs), 'confirmed');
        expect(await states()).toEqual([['acknowledged', 'wrong']]);
        await home.verdict(await again(beganMs, kitchen), 'confirmed');
        await mark('wrong', 1);
        await home.clock.advance(30 * SECOND);
        for (const device of [hall, kitchen, hall]) await home.verdict(await again(beganMs, device), 'confirmed');
        expect(await states()).toEqual([
          ['acknowledged', 'wrong'],
          ['acknowledged', 'wrong'],
        ]);
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('a marked alarm stays silent while its sound continues, even after the verifier rejected the report of another device', async () => {
        await home.verdict(await report(kitchen), 'rejected');
        await home.clock.advance(20 * SECOND);
        await home.verdict(await again(beganMs), 'confirmed');
        await home.pass(30 * SECOND);
        expect(await states()).toEqual([
          ['acknowledged', 'wrong'],
          ['cleared', null],
        ]);
        expect(await sent()).toEqual([]);
      });

      test('a marked alarm stays silent while its sound continues, even after the alert of another device has ended', async () => {
        await home.verdict(await report(kitchen), 'confirmed');
        await continues(2 * MINUTE);
        expect(await sent()).toEqual(['Owner: opened', 'Owner: all_clear']);
        await home.verdict(await again(beganMs), 'confirmed');
        expect(await states()).toEqual([
          ['acknowledged', 'wrong'],
          ['cleared', null],
        ]);
        await home.pass(10 * SECOND);
        expect(await sent()).toHaveLength(2);
      });
    });

    describe('a withdrawn mark', () => {
      test('an alarm rings again when its mark is withdrawn after the verifier rejected the report of another device', async () => {
        await home.verdict(await report(kitchen), 'rejected');
        await continues(40 * SECOND);
        await mark(null);
        expect(await sent()).toEqual(['Owner: repeat:1']);
        await continues(2 * MINUTE);
        expect(await sent()).toEqual(['Owner: repeat:1', 'Owner: repeat:2']);
        expect((await states())[0]).toEqual(['open', null]);
      });

      test("an alarm rings again when its mark is withdrawn after another device's alert was reported before its verdict and then rejected", async () => {
        const second = await report(kitchen);
        await continues(12 * SECOND);
        await home.verdict(second, 'rejected');
        await mark(null);
        expect(await sent()).toEqual(['Owner: opened', 'Owner: update:rejected', 'Owner: repeat:1']);
      });

      test('an alarm whose sound has ended does not ring again when its mark is withdrawn', async () => {
        await home.verdict(await report(kitchen), 'rejected');
        await home.pass(2 * MINUTE);
        await mark(null);
        await home.pass(5 * MINUTE);
        expect(await sent()).toEqual(['Owner: all_clear']);
      });

      test.each(['confirmed', 'rejected'] as const)(
        "an alarm rings again when its mark is withdrawn, and another device's alert that is then %s stays silent",
        async (verdict) => {
          const second = await report(kitchen);
          await mark(null);
          expect(await sent()).toEqual(['Owner: repeat:1']);
          await home.verdict(second, verdict);
          await continues(100 * SECOND);
          expect(await sent()).toEqual(['Owner: repeat:1']);
          await continues(40 * SECOND);
          expect(await sent()).toEqual(['Owner: repeat:1', 'Owner: repeat:2']);
        },
      );

      test('after a mark is withdrawn, two open alerts send reminders one after the other, and one all-clear together', async () => {
        const second = await report(kitchen);
        await home.verdict(second, 'confirmed');
        await mark(null);
        expect(await sent()).toEqual(['Owner: opened', 'Owner: repeat:1']);
        const [first] = await home.incidents();
        await acknowledge(home.parts, home.owner, first?.id ?? '', true);
        // The sound in the hall ends, and the sound in the kitchen continues.
        await home.pass(3 * MINUTE, { device: kitchen, candidateId: second });
        expect((await sent()).slice(2)).toEqual(['Owner: repeat:1']);
        expect(await states()).toEqual([
          ['cleared', null],
          ['open', null],
        ]);
        await home.pass(90 * SECOND);
        expect((await sent()).slice(3)).toEqual(['Owner: all_clear']);
      });

      test('after a mark is withdrawn, two alerts that end at the same moment send one all-clear', async () => {
        const second = await report(kitchen);
        await home.verdict(second, 'confirmed');
        await mark(null);
        for (const [device, id] of [[hall, candidateId] as const, [kitchen, second] as const])
          await stillHeard(home.parts, device, id, { heardAt: iso(ms()), ended: true });
        await home.pass(MINUTE);
        expect(await sent()).toEqual(['Owner: opened', 'Owner: repeat:1', 'Owner: all_clear']);
      });

      test('after a mark is withdrawn, a report of another device joins the alarm and opens no new alert', async () => {
        await home.verdict(await report(kitchen), 'rejected');
        await mark(null);
        await home.verdict(await report(kitchen), 'confirmed');
        expect(await home.incidents()).toHaveLength(2);
        expect(await sent()).toEqual(['Owner: repeat:1']);
      });

      test("another device's alert waits after the mark is withdrawn, and rings when the mark is set again", async () => {
        const second = await report(kitchen);
        await mark(null);
        await home.verdict(second, 'confirmed');
        await mark('wrong');
        await home.pass(5 * SECOND);
        expect(await sent()).toEqual(['Owner: repeat:1', 'Owner: opened']);
      });

      test("another device's alert never rings when its sound ends while the alarm whose mark was withdrawn still rings", async () => {
        const second = await report(kitchen);
        await mark(null);
        await home.verdict(second, 'confirmed');
        await continues(90 * SECOND);
        expect((await states())[1]).toEqual(['cleared', null]);
        await home.pass(5 * SECOND, { device: kitchen, candidateId: second });
        await home.pass(3 * MINUTE);
        expect(await sent()).toEqual(['Owner: repeat:1', 'Owner: repeat:2', 'Owner: all_clear']);
      });
    });

    describe('an acknowledgement that is undone', () => {
      beforeEach(async () => {
        await acknowledge(home.parts, home.owner, (await home.incidents())[0]?.id ?? '', false);
      });

      test('a marked alarm whose acknowledgement is undone sends no reminders, does not escalate, and ends with an all-clear', async () => {
        const ben = await home.pair('member', 'Ben');
        await patchMember(home.parts, home.owner, ben.id, { escalation: 1 });
        await continues(10 * MINUTE);
        expect(await sent()).toEqual([]);
        expect(await states()).toEqual([['open', 'wrong']]);
        await home.pass(2 * MINUTE);
        expect(await sent()).toEqual(['Owner: all_clear']);
      });

      test('a marked alarm whose acknowledgement is undone sends a reminder at once when the mark is withdrawn, and then escalates', async () => {
        const ben = await home.pair('member', 'Ben');
        await patchMember(home.parts, home.owner, ben.id, { escalation: 1 });
        await mark(null);
        expect(await sent()).toEqual(['Owner: repeat:1']);
        await continues(5.5 * MINUTE);
        expect(await sent()).toEqual(['Owner: repeat:1', 'Owner: repeat:2', 'Owner: repeat:3', 'Ben: escalated:1']);
      });
    });

    describe('late reports', () => {
      /** A late report from a device whose clock is wrong by `offMs`. Its sample counter is always right. */
      const late = (trueMs: number, offMs = 0, given: Partial<Candidate> = {}): Partial<Candidate> => ({
        late: true,
        startedAt: iso(trueMs + offMs),
        detectedAt: iso(trueMs + offMs + SECOND),
        startSample: ((trueMs - beganMs) / SECOND) * SAMPLES_A_SECOND,
        ...given,
      });

      test('a late report of a sound that another device detected while offline rings, and all its late reports form one alert', async () => {
        const detectedAt = iso(ms());
        await home.pass(5 * MINUTE);
        const before = (await sent()).length;
        const given = { late: true, startedAt: detectedAt, detectedAt };
        for (let n = 0; n < 2; n++) await home.verdict(await report(kitchen, given), 'confirmed');
        expect((await sent()).slice(before)).toEqual(['Owner: opened']);
        expect(await home.incidents()).toHaveLength(2);
      });

      test('a late report that continues the marked sound stays silent, even after the marked sound has ended', async () => {
        await continues(MINUTE);
        await home.verdict(await report(hall, late(beganMs + 2 * SECOND)), 'confirmed');
        await home.pass(2 * MINUTE);
        await home.verdict(await report(hall, late(beganMs + 3 * SECOND)), 'confirmed');
        expect(await sent()).toEqual(['Owner: all_clear']);
        expect(await home.incidents()).toHaveLength(1);
      });

      test('a late report stays silent when its time lies between two detections of the marked sound', async () => {
        await mark(null);
        await continues(5 * MINUTE);
        await home.verdict(await report(hall, late(ms(), 0, { late: false })), 'confirmed');
        await home.clock.advance(SECOND);
        await mark('wrong');
        const before = await sent();
        await home.verdict(await report(hall, late(beganMs + 2 * MINUTE)), 'confirmed');
        expect(await sent()).toEqual(before);
      });

      test.each([
        ['began after the mark', 0],
        ['began after the mark and the clock was set back by eight seconds', -8 * SECOND],
        ['began after the mark and the clock was set back by an hour, as happens after a power cut', -HOUR],
      ])('a late report rings when its sound %s', async (_, offMs) => {
        const trueMs = ms();
        await continues(MINUTE);
        await home.verdict(await report(hall, late(trueMs, offMs)), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('a late report rings when the device has restarted, because its sample counter began again at 0', async () => {
        const trueMs = ms();
        await continues(MINUTE);
        await home.verdict(await report(hall, late(trueMs, -HOUR, { startSample: 0 })), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('a late report from a second microphone of the device rings, because two sample counters cannot be compared', async () => {
        await continues(MINUTE);
        await home.verdict(await report(hall, late(beganMs, 0, { source: 'garage' })), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('a late report from a device with a slow clock rings, even if a member marked an older alert of the same device', async () => {
        const second = await report(kitchen);
        await home.verdict(second, 'confirmed');
        await mark('wrong', 1);
        await home.pass(HOUR);
        const third = await report(hall);
        await home.verdict(third, 'confirmed');
        await mark('wrong', 2);
        const before = (await sent()).length;
        await home.verdict(await report(kitchen, late(ms() - MINUTE, -2 * HOUR)), 'confirmed');
        expect((await sent()).slice(before)).toEqual(['Owner: opened']);
      });
    });

    describe('late reports of a device whose clock is an hour behind', () => {
      const OFF_MS = -HOUR;
      const at = (trueMs: number, given: Partial<Candidate> = {}): Partial<Candidate> => ({
        startedAt: iso(trueMs + OFF_MS),
        detectedAt: iso(trueMs + OFF_MS + SECOND),
        startSample: ((trueMs - beganMs) / SECOND) * SAMPLES_A_SECOND,
        ...given,
      });
      /** When the marked sound in the kitchen began. */
      let markedMs: number;
      beforeEach(async () => {
        markedMs = ms() - SECOND;
        await home.verdict(await report(kitchen, at(markedMs)), 'confirmed');
        await home.clock.advance(5 * SECOND);
        await mark('wrong', 1);
        await home.clock.advance(5 * SECOND);
      });

      test('a late report rings when its sound began after the mark and the clock of the device is an hour behind', async () => {
        const trueMs = ms();
        await home.clock.advance(20 * SECOND);
        await home.verdict(await report(kitchen, at(trueMs, { late: true })), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened', 'Owner: opened']);
      });

      test('a late report stays silent when its sound began before the mark and the clock of the device is an hour behind', async () => {
        const trueMs = ms() - 10.5 * SECOND;
        await home.clock.advance(20 * SECOND);
        await home.verdict(await report(kitchen, at(trueMs, { late: true })), 'confirmed');
        expect(await sent()).toEqual(['Owner: opened']);
      });

      test('a late report rings when its sound ended half an hour before the marked sound began, and the clock was corrected afterwards', async () => {
        await mark(null, 1);
        const right = (trueMs: number, given: Partial<Candidate> = {}) =>
          at(trueMs, { startedAt: iso(trueMs), detectedAt: iso(trueMs + SECOND), ...given });
        await home.verdict(await report(kitchen, right(ms())), 'confirmed');
        await home.clock.advance(5 * SECOND);
        await mark('wrong', 1);
        const before = (await sent()).length;
        await home.verdict(await report(kitchen, right(markedMs - HOUR / 2, { late: true })), 'confirmed');
        expect((await sent()).slice(before)).toEqual(['Owner: opened']);
      });

      test.each([
        ['rings', 3 * HOUR, true],
        ['rings', MINUTE + 5 * SECOND, true],
        ['stays silent', MINUTE - 5 * SECOND, false],
      ])('a late report %s when its sound ended %i ms before the marked sound began', async (_, agoMs, isReported) => {
        const detectedAt = iso(markedMs - agoMs + OFF_MS);
        const trueMs = markedMs - agoMs - 20 * SECOND;
        await home.clock.advance(20 * SECOND);
        await home.verdict(await report(kitchen, at(trueMs, { late: true, detectedAt })), 'confirmed');
        expect(await sent()).toEqual(isReported ? ['Owner: opened', 'Owner: opened'] : ['Owner: opened']);
      });
    });
  });
}
