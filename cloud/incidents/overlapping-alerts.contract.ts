import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { iso } from '@earshot/shared/clock.ts';
import { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { patchMember } from '../homes/members.ts';
import type { Caller } from '../homes/tokens.ts';
import { LEASE_MS, NotificationOutbox } from '../notify/notification-outbox.ts';
import type { TestParts } from '../testing/test-parts.ts';
import { acknowledge, giveFeedback } from './member-actions.ts';
import { stillHeard } from './still-heard.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * Tests with two alerts about one smoke alarm: the device in the hall detects it, a member marks the hall alert as false, then the device
 * in the kitchen detects it too. Everybody who was notified must get one all-clear. Runs on every database.
 */
export function overlappingAlertsContract(open: (startMs: number) => Promise<TestParts>): void {
  describe('a smoke alarm that causes a hall alert and a kitchen alert', () => {
    let home: TestParts;
    let hall: Caller;
    let kitchen: Caller;
    let inHall: string;
    beforeEach(async () => {
      home = await open(Date.UTC(2026, 0, 1, 3));
      hall = await home.pair('device', 'Hall');
      kitchen = await home.pair('device', 'Kitchen');
      const ben = await home.pair('member', 'Ben');
      await patchMember(home.parts, home.owner, ben.id, { escalation: 1 });
      inHall = await home.report(hall, 'smoke_alarm');
      await home.verdict(inHall, 'confirmed');
    });
    afterEach(() => home[Symbol.asyncDispose]());

    const idOf = async (at: number) => (await home.incidents())[at]?.id ?? '';
    const mark = async (at: number, verdict: 'wrong' | null) =>
      giveFeedback(home.parts, home.owner, await idOf(at), verdict);
    const states = async () => (await home.incidents()).map(({ state }) => state);
    const report = (device: Caller) => home.report(device, 'smoke_alarm');
    const soundsIn = (device: Caller, candidateId: string, ms: number) => home.pass(ms, { device, candidateId });
    /** The notifications that `act` adds to the outbox. */
    async function sentBy(act: () => Promise<unknown>): Promise<string[]> {
      const before = (await home.outbox()).length;
      await act();
      return (await home.outbox()).slice(before);
    }
    const allClears = async () => (await home.outbox()).filter((line) => line.endsWith('all_clear')).sort();
    const escalated = async () => {
      await soundsIn(hall, inHall, 5.5 * MINUTE);
      expect(await home.outbox()).toContain('Ben: escalated:1');
    };
    /** Marks the hall alert as false, then opens the kitchen alert. Returns the kitchen's candidate. */
    async function besideMarked(): Promise<string> {
      await mark(0, 'wrong');
      return report(kitchen);
    }
    /** Calls `besideMarked` and then withdraws the mark. The kitchen alert is still being verified. */
    async function beside(): Promise<string> {
      const inKitchen = await besideMarked();
      await mark(0, null);
      return inKitchen;
    }

    test('the all-clear names the other alert too, so that a phone closes the notifications of both', async () => {
      await escalated();
      const inKitchen = await beside();
      await home.verdict(inKitchen, 'confirmed');
      await soundsIn(kitchen, inKitchen, 3 * MINUTE);
      await home.pass(2 * MINUTE);
      const { queries } = home.parts.database;
      const rows = await queries
        .selectFrom('notifications')
        .select(['memberId', 'incidentId', 'step', 'body'])
        .execute();
      const idsOf = (memberId: string) =>
        new Set(rows.filter((row) => row.memberId === memberId).map(({ incidentId }) => incidentId));
      const allClearRows = rows.filter(({ step }) => step === 'all_clear');
      const named = allClearRows.map(({ memberId, body }) => {
        const { incidentId, alsoOver = [] } = NotificationBody.parse(JSON.parse(body));
        return [memberId, new Set([incidentId, ...alsoOver])];
      });
      // Ben was notified of the hall alert only, the owner of both.
      expect(named).toEqual(allClearRows.map(({ memberId }) => [memberId, idsOf(memberId)]));
      expect(idsOf(home.owner.id)).toEqual(new Set([await idOf(0), await idOf(1)]));
    });

    describe('the messages about both alerts are still unsent when the all-clear is written:', () => {
      /** Takes the notifications that may be sent, and returns the owner's, each as text, e.g. "Hall: opened". */
      const taken = async (): Promise<string[]> => {
        const due = await new NotificationOutbox(home.parts).take(50);
        const rooms = [await idOf(0), await idOf(1)];
        return due
          .filter(({ row, isOutdated }) => row.memberId === home.owner.id && !isOutdated)
          .map(({ row }) => `${['Hall', 'Kitchen'][rooms.indexOf(row.incidentId)]}: ${row.step}`)
          .sort();
      };
      /** Marks notifications as sent, and ends the leases of the others. */
      const sent = async (...notifications: string[]) => {
        const rooms = { Hall: await idOf(0), Kitchen: await idOf(1) };
        for (const [room, step] of notifications.map((text) => text.split(': ')))
          await home.parts.database.queries
            .updateTable('notifications')
            .set({ state: 'sent' })
            .where('incidentId', '=', rooms[room as keyof typeof rooms])
            .where('step', '=', step as string)
            .execute();
        await home.clock.advance(LEASE_MS);
      };
      test('reminders of the hall alert are not sent after the all-clear of the kitchen alert', async () => {
        const inKitchen = await beside();
        await home.verdict(inKitchen, 'confirmed');
        await soundsIn(kitchen, inKitchen, 2 * MINUTE);
        await home.pass(2 * MINUTE);
        expect(await home.outbox()).toContain('Owner: repeat:1');
        await sent('Hall: opened', 'Kitchen: opened');
        expect(await taken()).toEqual(['Kitchen: all_clear']);
      });

      test('the all-clear of the hall alert waits for the kitchen alert too, and no update of the kitchen alert follows it', async () => {
        const inKitchen = await besideMarked();
        // The kitchen alert is reported without a verdict.
        await home.pass(11 * SECOND);
        await mark(0, null);
        await soundsIn(hall, inHall, 2 * MINUTE);
        await home.pass(2 * MINUTE);
        expect(await allClears()).toEqual(['Owner: all_clear']);
        await sent('Hall: opened');
        expect(await taken()).toEqual(['Kitchen: opened']);
        await sent('Kitchen: opened');
        expect(await sentBy(() => home.verdict(inKitchen, 'confirmed'))).toEqual(['Owner: update:confirmed']);
        expect(await taken()).toEqual(['Hall: all_clear']);
      });
    });

    describe('the hall alert has escalated and ends first:', () => {
      test.each([
        ['is marked as false', besideMarked],
        ['is no longer marked as false', beside],
      ])('everybody gets one all-clear at the end of the kitchen alert when the hall alert %s', async (_, open) => {
        await escalated();
        const inKitchen = await open();
        await home.verdict(inKitchen, 'confirmed');
        await soundsIn(kitchen, inKitchen, 3 * MINUTE);
        expect(await states()).toEqual(['cleared', 'open']);
        expect(await allClears()).toEqual([]);
        await home.pass(2 * MINUTE);
        expect(await allClears()).toEqual(['Ben: all_clear', 'Owner: all_clear']);
      });

      test('everybody gets one all-clear, even if both alerts were acknowledged and both acknowledgements undone', async () => {
        await escalated();
        const inKitchen = await beside();
        await home.verdict(inKitchen, 'confirmed');
        await soundsIn(kitchen, inKitchen, 2 * MINUTE);
        for (const at of [0, 1]) await acknowledge(home.parts, home.owner, await idOf(at), true);
        await home.pass(2 * MINUTE);
        for (const at of [0, 1]) await acknowledge(home.parts, home.owner, await idOf(at), false);
        await home.pass(2 * MINUTE);
        expect(await allClears()).toEqual(['Ben: all_clear', 'Owner: all_clear']);
      });
    });

    describe('the hall alert ends while the kitchen alert is being verified:', () => {
      /** Opens the kitchen alert 5 s before the hall alert ends, and waits until the hall alert has ended. */
      const lateOpened = async (isMarked: boolean) => {
        await home.pass(55 * SECOND);
        const inKitchen = await (isMarked ? besideMarked() : beside());
        await home.pass(7 * SECOND);
        expect(await states()).toEqual(['cleared', 'open']);
        expect(await allClears()).toEqual([]);
        return inKitchen;
      };

      test.each([
        ['marked as false', true],
        ['no longer marked as false', false],
      ])(
        'the all-clear of the hall alert (%s) is sent after the verifier rejects the kitchen alert',
        async (_, isMarked) => {
          const inKitchen = await lateOpened(isMarked);
          await home.verdict(inKitchen, 'rejected');
          expect(await sentBy(() => home.pass(15 * SECOND))).toEqual(['Owner: all_clear']);
          expect(await sentBy(() => home.pass(5 * MINUTE))).toEqual([]);
        },
      );

      test('the all-clear of the hall alert is sent after the verifier rejects the kitchen alert, which was reported before its verdict', async () => {
        const inKitchen = await lateOpened(false);
        expect(await sentBy(() => home.pass(10 * SECOND))).toEqual(['Owner: opened']);
        await home.verdict(inKitchen, 'rejected');
        expect(await sentBy(() => home.pass(15 * SECOND))).toEqual(['Owner: all_clear']);
        expect(await sentBy(() => home.pass(5 * MINUTE))).toEqual([]);
      });

      test('the all-clear of the hall alert is sent after the kitchen alert is deleted', async () => {
        await lateOpened(false);
        await deleteIncidents(home.parts, hall.homeId, [await idOf(1)]);
        expect(await sentBy(() => home.pass(15 * SECOND))).toEqual(['Owner: all_clear']);
      });

      test('one all-clear is sent after the kitchen alert is confirmed and then marked as false', async () => {
        await home.verdict(await lateOpened(false), 'confirmed');
        await mark(1, 'wrong');
        expect(await sentBy(() => home.pass(15 * SECOND))).toEqual(['Owner: all_clear']);
        expect(await sentBy(() => home.pass(5 * MINUTE))).toEqual([]);
      });
    });

    test('no second all-clear is sent when the hall alert, which is marked as false, ends after the all-clear of the kitchen alert', async () => {
      const inKitchen = await besideMarked();
      await home.verdict(inKitchen, 'confirmed');
      await soundsIn(hall, inHall, 90 * SECOND);
      expect(await allClears()).toEqual(['Owner: all_clear']);
      await home.pass(5 * MINUTE);
      expect(await states()).toEqual(['cleared', 'cleared']);
      expect(await allClears()).toEqual(['Owner: all_clear']);
    });

    test('withdrawing the mark of the hall alert after the all-clear of the kitchen alert sends a reminder at once and a second all-clear later', async () => {
      const inKitchen = await besideMarked();
      await home.verdict(inKitchen, 'confirmed');
      await soundsIn(hall, inHall, 90 * SECOND);
      expect(await sentBy(() => mark(0, null))).toEqual(['Owner: repeat:1']);
      expect(await sentBy(() => home.pass(90 * SECOND))).toEqual(['Owner: all_clear']);
    });

    test.each(['rejected', 'over'] as const)(
      'after the hall and kitchen alerts have ended, one all-clear is sent for both when a third alert is %s',
      async (end) => {
        await escalated();
        const inKitchen = await beside();
        await home.verdict(inKitchen, 'confirmed');
        for (const at of [0, 1]) await mark(at, 'wrong');
        const attic = await home.pair('device', 'Attic');
        const inAttic = await report(attic);
        if (end === 'over') await home.verdict(inAttic, 'confirmed');
        for (const at of [0, 1]) await mark(at, null);
        for (const [device, id] of [[hall, inHall] as const, [kitchen, inKitchen] as const])
          await stillHeard(home.parts, device, id, { heardAt: iso(home.clock.nowMs() - MINUTE), ended: true });
        await soundsIn(attic, inAttic, 2 * MINUTE);
        expect(await states()).toEqual(['cleared', 'cleared', 'open']);
        expect(await allClears()).toEqual([]);
        if (end === 'rejected') await home.verdict(inAttic, 'rejected');
        await home.pass(2 * MINUTE);
        expect(await allClears()).toEqual(['Ben: all_clear', 'Owner: all_clear']);
      },
    );

    describe('the kitchen alert is marked as false while only the hall alert rings:', () => {
      let inKitchen: string;
      beforeEach(async () => {
        inKitchen = await beside();
        await home.verdict(inKitchen, 'confirmed');
        await mark(1, 'wrong');
      });

      test('the kitchen alert does not ring when the hall alert ends', async () => {
        expect(await sentBy(() => soundsIn(kitchen, inKitchen, 2 * MINUTE))).toEqual(['Owner: all_clear']);
        expect(await states()).toEqual(['cleared', 'acknowledged']);
        expect(await sentBy(() => home.pass(2 * MINUTE))).toEqual([]);
      });

      test('the kitchen alert rings when its mark is withdrawn after the hall alert has ended', async () => {
        await soundsIn(kitchen, inKitchen, 2 * MINUTE);
        expect(await sentBy(() => mark(1, null))).toEqual(['Owner: opened']);
        expect(await sentBy(() => soundsIn(kitchen, inKitchen, 2.5 * MINUTE))).toEqual(['Owner: repeat:1']);
        expect(await sentBy(() => home.pass(2 * MINUTE))).toEqual(['Owner: all_clear']);
      });

      test('the kitchen alert, whose mark is withdrawn while the hall alert rings, rings only after the hall alert has ended', async () => {
        expect(await sentBy(() => mark(1, null))).toEqual([]);
        await acknowledge(home.parts, home.owner, await idOf(0), true);
        expect(await sentBy(() => soundsIn(kitchen, inKitchen, 90 * SECOND))).toEqual(['Owner: opened']);
      });
    });
  });
}
