import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@earshot/shared/testing/servers.ts';
import { checkCloud } from './check-cloud.ts';

test('checkCloud finds no fault in the default embedded cloud before its first start', async () => {
  const home = await mkdtemp(join(tmpdir(), 'earshot-doctor-'));
  const checks = await checkCloud({ EARSHOT_HOME: home });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual(['settings', 'keys', 'database', 'clips', 'queue']);
  await rm(home, { recursive: true });
});

test('checkCloud reports only the invalid setting, because no other check would be reliable', async () => {
  expect(await checkCloud({ EARSHOT_PORT: 'eighty' })).toMatchObject([
    { name: 'settings', ok: false, says: expect.stringContaining('EARSHOT_PORT') },
  ]);
});

test('the error for an unreachable server contains its address without the password, and says what to do', async () => {
  const port = await freePort();
  const checks = await checkCloud({
    EARSHOT_DATABASE_URL: `postgres://earshot:hunter2@127.0.0.1:${port}/earshot`,
    EARSHOT_SMTP_URL: `smtp://earshot:hunter2@127.0.0.1:${port}`,
    EARSHOT_MAIL_FROM: 'alarm@example.test',
  });
  expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['keys', 'database', 'e-mail']);
  expect(checks.find(({ name }) => name === 'database')?.todo).toContain('EARSHOT_DATABASE_URL');
  expect(JSON.stringify(checks)).not.toContain('hunter2');
});
