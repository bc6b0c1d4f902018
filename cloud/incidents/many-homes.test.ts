import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { KyselyPlugin } from 'kysely';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { changeSettings, createHome } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import type { Database } from '../store/database.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { TestParts } from '../testing/test-parts.ts';
import { applyVerdicts } from './apply-verdict.ts';
import { Registrar } from './registrar.ts';

/**
 * Reports of many homes are stored with as few database statements as the reports of one home. These tests check that each home gets the
 * result that it would get alone.
 */
const HOMES = 130;
let cloud: TestParts;
let registrar: Registrar;
let boxes: Caller[];
beforeEach(async () => {
  cloud = await TestParts.open();
  registrar = new Registrar(cloud.parts);
  boxes = [];
  for (let n = 0; n < HOMES; n++) {
    const { homeId } = await createHome(cloud.parts, `Home ${n}`, 'UTC');
    boxes.push(await cloud.pair('device', `Box ${n}`, homeId));
  }
});
afterEach(() => cloud[Symbol.asyncDispose]());

const { parse } = JSON;
const candidate = (label = 'smoke_alarm', given: Partial<Candidate> = {}) => makeCandidate(label, cloud.clip, given);
const sent = async () =>
  (await cloud.parts.database.queries.selectFrom('notifications').selectAll().orderBy('id').execute()).map(
    ({ homeId, step, body }) => ({ homeId, step, title: (parse(body) as { title: string }).title }),
  );
const stateOf = async (box: Caller | undefined) =>
  (await cloud.incidents(box?.homeId)).map(({ verdict, evidence }) => `${verdict} ${evidence.length}`);

test('many homes alarm at once: each is registered, and reported once at its deadline with its own room', async () => {
  const answers = await Promise.all(boxes.map((box) => registrar.register(box, candidate())));
  expect(answers.every(({ isNew, answer }) => isNew && answer.upload !== null)).toBe(true);
  await cloud.clock.advance(9_999);
  await cloud.sweeper.turn();
  expect(await sent()).toEqual([]);
  await cloud.clock.advance(1);
  await cloud.sweeper.turn();
  await cloud.sweeper.turn();
  const all = await sent();
  expect(all.map(({ homeId }) => homeId).sort()).toEqual(boxes.map(({ homeId }) => homeId).sort());
  expect(new Set(all.map(({ title }) => title)).size).toBe(HOMES);
  expect(all.every(({ step }) => step === 'opened')).toBe(true);
});

test('among many reports, a candidate that is sent twice is stored once, and two candidates of one alarm form one incident', async () => {
  const [twice, both] = boxes;
  const same = candidate();
  const reports: [Caller, Candidate][] = [
    ...boxes.slice(2).map((box): [Caller, Candidate] => [box, candidate()]),
    [twice as Caller, same],
    [twice as Caller, same],
    [both as Caller, candidate()],
    [both as Caller, candidate()],
  ];
  const answers = await Promise.all(reports.map(([box, report]) => registrar.register(box, report)));
  expect(answers.filter(({ isNew }) => isNew)).toHaveLength(HOMES + 1);
  expect(await stateOf(twice)).toEqual(['pending 1']);
  expect(await stateOf(both)).toEqual(['pending 2']);
});

test('among many reports, refusing one candidate does not affect the others', async () => {
  const [first, second, ...others] = boxes;
  const known = candidate();
  await registrar.register(first as Caller, known);
  const fates = await Promise.allSettled([
    registrar.register(second as Caller, known),
    registrar.register(first as Caller, { ...known, label: 'co_alarm' }),
    ...others.map((box) => registrar.register(box, candidate())),
  ]);
  expect(fates.slice(0, 2)).toMatchObject([{ reason: { code: 'NOT_FOUND' } }, { reason: { code: 'CONFLICT' } }]);
  expect(fates.slice(2).every(({ status }) => status === 'fulfilled')).toBe(true);
});

test('when verdicts arrive together, confirmed alerts are reported, rejected alerts are not, and repeated verdicts change nothing', async () => {
  const ids = await Promise.all(boxes.map((box) => cloud.report(box, 'glass_break')));
  const [first] = boxes;
  const again = await cloud.report(first as Caller, 'glass_break');
  const verdictOf = (n: number) => (n % 2 === 0 ? ('confirmed' as const) : ('rejected' as const));
  const given = ids.map((candidateId, n) => ({
    homeId: boxes[n]?.homeId ?? '',
    candidateId,
    verdict: verdictOf(n),
    score: 0.5,
  }));
  const last = { homeId: first?.homeId ?? '', candidateId: again, verdict: 'rejected' as const, score: 0.1 };
  const gone = { ...last, candidateId: '01900000-0000-7000-8000-000000000000' };
  const applied = await applyVerdicts(cloud.parts, [...given, last, gone]);
  expect(applied.at(-1)).toBeNull();
  expect(applied.slice(0, -1).every((each) => each !== null)).toBe(true);
  expect(await stateOf(boxes[0])).toEqual(['confirmed 2']);
  expect(await stateOf(boxes[1])).toEqual(['rejected 1']);
  const confirmed = boxes.filter((_, n) => verdictOf(n) === 'confirmed').map(({ homeId }) => homeId);
  expect((await sent()).map(({ homeId }) => homeId).sort()).toEqual(confirmed.sort());
  await applyVerdicts(cloud.parts, given);
  expect(await sent()).toHaveLength(confirmed.length);
});

test('when two glass breaks of one home are verified together, the first is reported and the second falls into the cool-down', async () => {
  const [box, other] = boxes as [Caller, Caller];
  const first = await cloud.report(box, 'glass_break');
  // The first incident ends without a verdict, and a second one begins.
  await cloud.pass(90_000);
  const second = await cloud.report(box, 'glass_break');
  const elsewhere = await cloud.report(other, 'glass_break');
  const confirmed = (homeId: string, candidateId: string) =>
    ({ homeId, candidateId, verdict: 'confirmed', score: 0.9 }) as const;
  await applyVerdicts(cloud.parts, [
    confirmed(box.homeId, second),
    confirmed(other.homeId, elsewhere),
    confirmed(box.homeId, first),
  ]);
  const rows = await cloud.parts.database.queries
    .selectFrom('notifications')
    .innerJoin('candidates', 'candidates.incidentId', 'notifications.incidentId')
    .select(['candidates.id', 'notifications.step', 'notifications.state'])
    .execute();
  const states = new Map(rows.map(({ id, step, state }) => [id, `${step} ${state}`]));
  expect([first, second, elsewhere].map((id) => states.get(id))).toEqual([
    'opened pending',
    'opened suppressed',
    'opened pending',
  ]);
});

test('a candidate that gets two verdicts in one batch keeps the first, and both answers contain the first', async () => {
  const pairs = [
    ['confirmed', 'unverified', 'confirmed'],
    ['rejected', 'confirmed', 'rejected'],
    ['unverified', 'confirmed', 'confirmed'],
  ] as const;
  const scoreOf = (verdict: 'confirmed' | 'rejected' | 'unverified') =>
    ({ confirmed: 0.9, rejected: 0.1, unverified: null })[verdict];
  const judged = await Promise.all(
    pairs.map(async ([first, second, stands], n) => {
      const { homeId } = boxes[n] as Caller;
      const candidateId = await cloud.report(boxes[n] as Caller, 'glass_break');
      const given = [first, second].map((verdict) => ({ homeId, candidateId, verdict, score: scoreOf(verdict) }));
      return { given, stands: { candidateId, verdict: stands, score: scoreOf(stands) } };
    }),
  );
  const expected = judged.flatMap(({ stands }) => [stands, stands]);
  const batch = judged.flatMap(({ given }) => given);
  expect(await applyVerdicts(cloud.parts, batch)).toMatchObject(expected);
  const kept = await cloud.parts.database.queries
    .selectFrom('candidates')
    .select(['id as candidateId', 'verdict', 'verifierScore as score'])
    .execute();
  expect(new Map(kept.map((row) => [row.candidateId, row]))).toEqual(
    new Map(judged.map(({ stands }) => [stands.candidateId, stands])),
  );
  // The same jobs are delivered again with another verdict: the answers contain the stored verdicts.
  const later = batch.map((given) => ({ ...given, verdict: 'unverified' as const, score: null }));
  expect(await applyVerdicts(cloud.parts, later)).toMatchObject(expected);
});

test.each(['confirmed', 'rejected'] as const)(
  'verdicts "%s" for many clips need as many database statements as for one; only homes that opted in keep the clips of false alerts',
  async (verdict) => {
    const helping = boxes.slice(40, 60).map(({ homeId }) => homeId);
    for (const homeId of helping) await changeSettings(cloud.parts, homeId, { helpImprove: true }, null);
    const ids = await Promise.all(boxes.slice(0, 60).map((box) => cloud.report(box, 'glass_break')));
    const { parts, statements } = countingStatements(cloud.parts);
    const judge = async (from: number, to: number) => {
      statements.length = 0;
      const given = ids.slice(from, to).map((candidateId, n) => ({
        homeId: boxes[from + n]?.homeId ?? '',
        candidateId,
        verdict,
        score: 0.5,
      }));
      await applyVerdicts(parts, given);
      return [...statements];
    };
    const ofOne = await judge(0, 1);
    expect(await judge(1, 60)).toEqual(ofOne);
    const kept = await cloud.parts.database.queries
      .selectFrom('clips')
      .select('homeId')
      .where('state', '=', 'stored')
      .execute();
    const keeping = verdict === 'rejected' ? helping : boxes.slice(0, 60).map(({ homeId }) => homeId);
    expect(kept.map(({ homeId }) => homeId).sort()).toEqual([...keeping].sort());
  },
);

/** The same parts, with a list that records every statement inside a transaction. */
function countingStatements(parts: CloudParts): { parts: CloudParts; statements: string[] } {
  const statements: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements.push(node.kind);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const database = Object.create(parts.database) as Database;
  database.transact = (work) =>
    parts.database.transact((queries) => work(queries.withPlugin(plugin) as typeof queries));
  return { parts: { ...parts, database }, statements };
}
