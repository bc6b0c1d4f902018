import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { iso } from '@earshot/shared/clock.ts';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { clipKey } from '../clips/clip-store.ts';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { changeSettings, createHome } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import { changeHomes } from '../store/home-transaction.ts';
import { TestParts } from '../testing/test-parts.ts';
import { keepCandidate, keepFreshCandidates, readActive, soundOf, UPLOAD_LINK_LIFE_MS } from './keep-candidate.ts';
import type { Registered } from './known-candidates.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const STORED: Registered = { isNew: true, wantsClip: true };

let home: TestParts;
let hall: Caller;
beforeEach(async () => {
  home = await TestParts.open(Date.UTC(2026, 0, 1, 3));
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

const candidate = (given: Partial<Candidate> = {}, label = 'smoke_alarm'): Candidate => {
  const now = iso(home.clock.nowMs());
  return makeCandidate(label, home.clip, { startedAt: now, detectedAt: now, ...given });
};
const keep = (kept: Candidate, device = hall) =>
  changeHomes(home.parts.database, [device.homeId], (queries) =>
    keepCandidate(queries, home.clock, { device, candidate: kept }),
  );
const keepFresh = (...reports: [Candidate, Caller?][]) =>
  changeHomes(
    home.parts.database,
    reports.map(([, device = hall]) => device.homeId),
    (queries) =>
      keepFreshCandidates(
        queries,
        home.clock,
        reports.map(([kept, device = hall]) => ({ device, candidate: kept })),
      ),
  );
const candidates = () => home.parts.database.queries.selectFrom('candidates').selectAll().orderBy('id').execute();
const clips = () => home.parts.database.queries.selectFrom('clips').selectAll().orderBy('candidateId').execute();
const incidents = () => home.parts.database.queries.selectFrom('incidents').selectAll().orderBy('id').execute();

describe('a candidate', () => {
  test('with a clip opens an incident that waits 10 s for a verdict, and gets an upload link that is valid for 5 minutes', async () => {
    const nowMs = home.clock.nowMs();
    const kept = candidate({ startedAt: iso(nowMs - 3 * SECOND) });
    expect(await keep(kept)).toEqual(STORED);
    expect(await incidents()).toMatchObject([
      {
        label: 'smoke_alarm',
        class: 'safety',
        verdict: 'pending',
        startedAtMs: nowMs - 3 * SECOND,
        lastHeardAtMs: nowMs,
        nextAtMs: nowMs + 10 * SECOND,
        why: kept.why.text,
      },
    ]);
    expect(await candidates()).toMatchObject([{ id: kept.id, deviceId: hall.id, verdict: 'pending' }]);
    expect(await clips()).toMatchObject([
      {
        candidateId: kept.id,
        key: clipKey(hall.homeId, kept.id),
        state: 'awaited',
        uploadUntilMs: nowMs + UPLOAD_LINK_LIFE_MS,
      },
    ]);
    expect(await home.outbox()).toEqual([]);
  });

  test('of a safety sound without a clip is reported at once, and waits for nothing', async () => {
    expect(await keep(candidate({ clip: null }))).toEqual({ isNew: true, wantsClip: false });
    expect(await keep(candidate({ clip: null }, 'glass_break'))).toEqual({ isNew: true, wantsClip: false });
    expect(await home.outbox()).toEqual(['Owner: opened']);
    expect((await candidates()).map(({ verdict }) => verdict)).toEqual(['unverified', 'unverified']);
    expect(await clips()).toEqual([]);
  });

  test('that is sent again is stored once, and gets an upload link until its clip has arrived', async () => {
    const kept = candidate();
    await keep(kept);
    expect(await keep(kept)).toEqual({ isNew: false, wantsClip: true });
    await home.parts.database.queries.updateTable('clips').set({ state: 'stored' }).execute();
    expect(await keep(kept)).toEqual({ isNew: false, wantsClip: false });
    expect(await candidates()).toHaveLength(1);
  });

  test('that a member deleted is not stored again', async () => {
    const kept = candidate();
    await keep(kept);
    const [incident] = await incidents();
    await deleteIncidents(home.parts, hall.homeId, [incident?.id ?? '']);
    expect(await keep(kept)).toEqual({ isNew: false, wantsClip: false });
    expect(await keepFresh([kept])).toEqual([null]);
    expect(await candidates()).toEqual([]);
  });

  test('joins the active incident of its sound, and prolongs it', async () => {
    await keep(candidate());
    await home.clock.advance(30 * SECOND);
    expect(await keep(candidate())).toEqual(STORED);
    expect(await incidents()).toMatchObject([{ lastHeardAtMs: home.clock.nowMs() }]);
  });

  test('closes an incident of its sound that is over but not yet closed by the sweeper, and opens a new one', async () => {
    const first = candidate();
    await keep(first);
    await home.verdict(first.id, 'confirmed');
    await home.clock.advance(61 * SECOND);
    await keep(candidate());
    expect((await incidents()).map(({ state, activeKey }) => [state, activeKey !== null])).toEqual([
      ['cleared', false],
      ['open', true],
    ]);
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: all_clear']);
  });

  test('that is a test, or arrives in testing mode, does not join a real alarm; a late candidate is never a test', async () => {
    await keep(candidate());
    await keep(candidate({ test: true }));
    const until = iso(home.clock.nowMs() + 10 * MINUTE);
    await changeSettings(home.parts, hall.homeId, { testingUntil: until }, null);
    await keep(candidate());
    await keep(candidate({ late: true }));
    const counts = new Map<string, number>();
    for (const { incidentId } of await candidates()) counts.set(incidentId, (counts.get(incidentId) ?? 0) + 1);
    expect((await incidents()).map(({ id, test: isTest }) => [isTest, counts.get(id)])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  test('that is late has the time of its device, but never a time in the future', async () => {
    const nowMs = home.clock.nowMs();
    const times = (atMs: number) => ({ late: true, startedAt: iso(atMs), detectedAt: iso(atMs + SECOND) });
    await keep(candidate(times(nowMs - 60 * MINUTE)));
    await keep(candidate(times(nowMs + 60 * MINUTE), 'co_alarm'));
    expect(await incidents()).toMatchObject([
      { late: 1, startedAtMs: nowMs - 60 * MINUTE, lastHeardAtMs: nowMs - 60 * MINUTE + SECOND },
      { late: 1, startedAtMs: nowMs, lastHeardAtMs: nowMs },
    ]);
  });

  test('that is late joins the incident of its time, even if that incident is over; a candidate in time opens a new incident', async () => {
    const times = { startedAt: iso(home.clock.nowMs()), detectedAt: iso(home.clock.nowMs()) };
    const first = candidate();
    await keep(first);
    await home.verdict(first.id, 'confirmed');
    await home.pass(5 * MINUTE);
    await keep(candidate({ ...times, late: true }));
    expect(await incidents()).toHaveLength(1);
    await keep(candidate(times));
    expect(await incidents()).toHaveLength(2);
  });

  test('stores its embedding only if it has a clip', async () => {
    const embedding = { trunkSha256: 'a'.repeat(64), values: 'AAAA' };
    await keep(candidate({ embedding }));
    await keep(candidate({ embedding, clip: null }));
    const rows = await candidates();
    expect(rows.map(({ deviceEmbedding }) => deviceEmbedding)).toEqual([JSON.stringify(embedding), null]);
    for (const { body } of rows) expect(body).not.toContain('embedding');
  });
});

describe('when many candidates are stored together,', () => {
  test('each is stored if it is the first candidate of its sound in its home', async () => {
    const { homeId } = await createHome(home.parts, 'Other', 'UTC');
    const other = await home.pair('device', 'Box', homeId);
    const all: [Candidate, Caller?][] = [[candidate()], [candidate({}, 'co_alarm')], [candidate(), other]];
    expect(await keepFresh(...all)).toEqual([STORED, STORED, STORED]);
    expect((await incidents()).map((one) => [one.homeId, one.label])).toEqual([
      [hall.homeId, 'smoke_alarm'],
      [hall.homeId, 'co_alarm'],
      [homeId, 'smoke_alarm'],
    ]);
    expect(await clips()).toHaveLength(3);
  });

  test('candidates that are known, late, without a clip, or not the first of their sound are left out', async () => {
    const known = candidate({}, 'co_alarm');
    await keep(known);
    const answers = await keepFresh(
      [known],
      [candidate({ late: true })],
      [candidate({ clip: null })],
      [candidate()],
      [candidate()],
      [candidate({}, 'co_alarm')],
      [candidate(), { ...hall, homeId: uuid() }],
    );
    expect(answers).toEqual([null, null, null, STORED, null, null, null]);
    expect(await candidates()).toHaveLength(2);
  });

  test('candidates that continue a sound whose alert was marked as false are left out', async () => {
    await keep(candidate());
    await home.parts.database.queries.updateTable('incidents').set({ activeKey: 'aside' }).execute();
    expect(await keepFresh([candidate()])).toEqual([null]);
  });
});

test('a sound is active only in its own home, and no longer than its incident', async () => {
  const { queries } = home.parts.database;
  const [smoke, co] = ['smoke_alarm', 'co_alarm'].map((label) => ({ homeId: hall.homeId, label }));
  const elsewhere = { homeId: uuid(), label: 'smoke_alarm' };
  await keep(candidate());
  expect(await readActive(queries, [])).toEqual(new Set());
  expect(await readActive(queries, [smoke!, co!, elsewhere])).toEqual(new Set([soundOf(smoke!)]));
  await queries.updateTable('incidents').set({ activeKey: null }).execute();
  expect(await readActive(queries, [smoke!])).toEqual(new Set());
});
