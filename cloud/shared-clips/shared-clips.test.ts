import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deleteHome } from '../deletion/delete-home.ts';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { expireClips } from '../deletion/retention.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';
import { listSharedClips, readSharedClip, shareClip } from './shared-clips.ts';

const DAY_MS = 86_400_000;

describe('recordings that a home shares with the operators', () => {
  let home: TestParts;
  let kitchen: Caller;
  let incidentId: string;
  let candidateId: string;
  beforeEach(async () => {
    home = await TestParts.open();
    kitchen = await home.pair('device', 'Kitchen');
    candidateId = await home.report(kitchen, 'glass_break');
    await home.verdict(candidateId, 'confirmed');
    incidentId = (await home.incidents())[0]!.id;
    await home.verdict(await home.report(kitchen, 'co_alarm'), 'confirmed');
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const list = () => listSharedClips(home.parts);
  const share = (isShared = true, member = home.owner) =>
    shareClip(home.parts, member, { incidentId, candidateId }, isShared);
  const read = () => readSharedClip(home.parts, candidateId);
  const shown = async () => (await home.incidents())[0]?.evidence[0]?.clip?.shared;
  const expectGone = async () => {
    expect(await list()).toEqual([]);
    await expect(read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  };

  test('operators can hear a recording only after a member shares it, and see no names', async () => {
    await expectGone();
    expect(await shown()).toBeNull();
    await share();
    const shared = await list();
    expect(shared).toMatchObject([{ candidateId, homeId: kitchen.homeId, label: 'glass_break', verdict: 'confirmed' }]);
    for (const name of ['Kitchen', 'Owner']) expect(JSON.stringify(shared)).not.toContain(name);
    expect(Buffer.from(await read())).toEqual(Buffer.from(home.clip));
    const other = (await home.incidents())[1]!.evidence[0]!.candidateId;
    await expect(readSharedClip(home.parts, other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('all members see who shares a recording, and any member can stop sharing it', async () => {
    const ben = await home.pair('member', 'Ben');
    await share();
    await share(true, ben);
    expect(await shown()).toEqual({ by: 'Owner', at: new Date(home.clock.nowMs()).toISOString() });
    await share(false, ben);
    expect(await shown()).toBeNull();
    await expectGone();
  });

  test('members of another home cannot share the recording', async () => {
    const stranger = { ...home.owner, homeId: '01900000-0000-7000-8000-000000000000' };
    await expect(share(true, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expectGone();
  });

  test("sharing ends when the recording's retention time is over, even before the recording is deleted", async () => {
    await share();
    await home.clock.advance(31 * DAY_MS);
    await expectGone();
    await expireClips(home.parts);
    await expectGone();
    expect(await shown()).toBeNull();
    await expect(share()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each([
    ['the alert', () => deleteIncidents(home.parts, kitchen.homeId, [incidentId])],
    ['the home', () => deleteHome(home.parts, kitchen.homeId)],
  ])('deleting %s ends the sharing', async (_, remove) => {
    await share();
    await remove();
    await expectGone();
    const left = home.parts.database.queries.selectFrom('clips').select('key').where('sharedAtMs', 'is not', null);
    expect(await left.execute()).toEqual([]);
  });
});
