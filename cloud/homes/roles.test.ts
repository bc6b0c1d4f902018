import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from '../store/migrations.ts';
import { openDatabase } from '../store/database.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';

describe('what an owner and a member may do', () => {
  let server: TestCloud;
  let owner: TestClient;
  let member: TestClient;
  let box: TestClient;
  beforeEach(async () => {
    server = await startTestCloud();
    const { url, firstHome } = server.cloud;
    owner = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
    const { code } = await owner.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'member' });
    member = await TestClient.pair(url, code, 'member', 'Bob');
    box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const status = async (client: TestClient, method: string, path: string, body?: unknown) =>
    (await client.fetch(method, path, body)).status;
  const roles = async () =>
    Object.fromEntries(
      (await owner.call<{ items: { name: string; role: string }[] }>('GET', '/v1/members')).items.map(
        ({ name, role }) => [name, role],
      ),
    );

  test('the first phone is paired as owner, and further phones as members', async () => {
    expect(await roles()).toEqual({ Ann: 'owner', Bob: 'member' });
  });

  test.each([
    ['delete the home', () => ['DELETE', '/v1/home', { confirm: 'Home' }] as const],
    ['remove a device', () => ['DELETE', `/v1/devices/${box.id}`] as const],
    ['remove a person', () => ['DELETE', `/v1/members/${owner.id}`] as const],
    ['make themselves an owner', () => ['PATCH', `/v1/members/${member.id}`, { role: 'owner' }] as const],
    ['take the role from the owner', () => ['PATCH', `/v1/members/${owner.id}`, { role: 'member' }] as const],
  ])('a member cannot %s', async (_, request) => {
    const [method, path, body] = request();
    expect(await status(member, method, path, body)).toBe(403);
    expect(await roles()).toEqual({ Ann: 'owner', Bob: 'member' });
    expect(await status(box, 'GET', '/v1/members')).toBe(403);
  });

  test('a member can leave the home; an owner can remove people and devices and delete the home', async () => {
    expect(await status(owner, 'DELETE', `/v1/devices/${box.id}`)).toBe(204);
    expect(await status(member, 'DELETE', `/v1/members/${member.id}`)).toBe(204);
    expect(await status(owner, 'DELETE', '/v1/home', { confirm: 'Home' })).toBe(204);
  });

  test("a removed person's token and clip links become invalid at once", async () => {
    const clip = beepClip();
    const candidate = makeCandidate('smoke_alarm', clip);
    await box.report(candidate, clip);
    await server.cloud.firstHome.settled(AbortSignal.timeout(15_000));
    const { items } = await member.call<{ items: { id: string }[] }>('GET', '/v1/incidents');
    const { url } = await member.call<{ url: string }>(
      'GET',
      `/v1/incidents/${items[0]?.id ?? ''}/clips/${candidate.id}`,
    );
    const play = async () => (await fetch(new URL(url, server.cloud.url))).status;
    expect(await play()).toBe(200);
    await owner.call('DELETE', `/v1/members/${member.id}`);
    expect(await play()).toBe(404);
    expect(await status(member, 'GET', '/v1/home')).toBe(401);
  });

  test('the last owner cannot give up the role until another member is an owner', async () => {
    expect(await status(owner, 'DELETE', `/v1/members/${owner.id}`)).toBe(409);
    expect(await status(owner, 'PATCH', `/v1/members/${owner.id}`, { role: 'member' })).toBe(409);
    expect(await status(owner, 'PATCH', `/v1/members/${member.id}`, { role: 'owner' })).toBe(200);
    expect(await status(owner, 'DELETE', `/v1/members/${owner.id}`)).toBe(204);
  });
});

test('in a home that was created before roles existed, the first person becomes the owner', async () => {
  const database = openDatabase('sqlite::memory:');
  const { queries } = database;
  const migrator = new Migrator({ db: queries, provider: { getMigrations: async () => MIGRATIONS } });
  await migrator.migrateTo('003_ended_tokens');
  for (const homeId of ['birch', 'oak']) {
    await queries.insertInto('homes').values({ id: homeId, name: homeId, createdAtMs: 1, watchedUntilMs: 0 }).execute();
    for (const [at, name] of ['second', 'first', 'third'].entries())
      await queries
        .insertInto('members')
        .values({ id: `${homeId} ${name}`, homeId, name, escalation: 0, createdAtMs: name === 'first' ? 5 : 10 + at })
        .execute();
  }
  await database.migrate();
  const owners = await queries.selectFrom('members').select('id').where('role', '=', 'owner').orderBy('id').execute();
  expect(owners).toEqual([{ id: 'birch first' }, { id: 'oak first' }]);
  await database.close();
});
