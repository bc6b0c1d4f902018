import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Migrator } from 'kysely/migration';
import { systemClock } from '@earshot/shared/clock.ts';
import { TestClient } from '../../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { openDatabase } from '../database.ts';
import { MIGRATIONS } from '../migrations.ts';
import type { Schema } from '../schema.ts';

const OLD = new URL('./release-2026-11-28.json', import.meta.url);

/** The contents of a file that write-snapshot.ts has written. */
interface Snapshot {
  migration: string;
  atMs: number;
  secret: string;
  phoneToken: string;
  clip: { keys: string[]; base64: string };
  answers: Record<string, object>;
  rows: Record<keyof Schema, Record<string, unknown>[]>;
}

/**
 * Opens the stored home of the release of 28 November 2026 with the current cloud, and checks that all data is kept.
 */
export function upgradeContract(databaseUrl: (folder: string) => Promise<string>): void {
  let folder: string;
  let server: TestCloud;
  let phone: TestClient;
  let old: Snapshot;

  beforeAll(async () => {
    old = JSON.parse(await readFile(OLD, 'utf8')) as Snapshot;
    folder = await mkdtemp(join(tmpdir(), 'earshot-upgrade-'));
    const url = await databaseUrl(folder);
    await restore(url, old);
    const startedMs = Date.now();
    const env = { EARSHOT_HOME: folder, EARSHOT_DATABASE_URL: url, EARSHOT_SECRET: old.secret };
    // The clock continues from the time of the snapshot, so that nothing has expired meanwhile.
    const clock = { ...systemClock, nowMs: () => old.atMs + (Date.now() - startedMs) };
    server = await startTestCloud({ env, clock });
    const bytes = Buffer.from(old.clip.base64, 'base64');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const key of old.clip.keys) await server.cloud.parts.clips.put(key, bytes, sha256);
    const home = old.answers['/v1/home'] as { id: string; you: { id: string } };
    phone = new TestClient(server.cloud.url, {
      token: old.phoneToken,
      id: home.you.id,
      homeId: home.id,
      homeName: '',
    });
  }, 60_000);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('a paired phone is still paired, and gets the same answers as from the old release', async () => {
    for (const [path, answer] of Object.entries(old.answers))
      expect(await phone.call('GET', path)).toMatchObject(withoutSummaries(answer));
  });

  test('an old recording can still be played', async () => {
    const { items } = old.answers['/v1/incidents'] as { items: { id: string; evidence: { candidateId: string }[] }[] };
    const [incident] = items;
    const path = `/v1/incidents/${incident?.id}/clips/${incident?.evidence[0]?.candidateId}`;
    const { url } = await phone.call<{ url: string }>('GET', path);
    const played = await fetch(new URL(url, server.cloud.url));
    expect(Buffer.from(await played.arrayBuffer()).toString('base64')).toBe(old.clip.base64);
  });

  test('fields that the old release did not have get their defaults', async () => {
    expect(await phone.call('GET', '/v1/settings')).toMatchObject({ dropIn: 'during_alerts' });
    expect(await phone.call('GET', '/v1/drop-ins')).toEqual({ items: [] });
  });
}

/** Writes the schema and the rows of the old release into an empty database. */
async function restore(url: string, { migration, rows }: Snapshot): Promise<void> {
  const database = openDatabase(url);
  try {
    const migrator = new Migrator({ db: database.queries, provider: { getMigrations: async () => MIGRATIONS } });
    const { error } = await migrator.migrateTo(migration);
    if (error) throw error as Error;
    for (const [table, values] of Object.entries(rows))
      if (values.length > 0)
        await database.queries
          .insertInto(table as 'homes')
          .values(values as never)
          .execute();
  } finally {
    await database.close();
  }
}

/** The old answer without the sentences that people read, because another version may phrase them differently. */
function withoutSummaries(answer: object): object {
  const text = JSON.stringify(answer, (key, value: unknown) => (key === 'summary' ? undefined : value));
  return JSON.parse(text) as object;
}
