import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { describeWithServers } from './describe-with-servers.ts';
import { connects } from './servers/connects.ts';
import { startElasticMq, startMinio, startMosquitto, startPostgres } from './servers.ts';

const SERVERS = fileURLToPath(new URL('./servers.ts', import.meta.url));

/** Waits until the condition holds: a killed process needs a moment to end. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error('the condition did not hold within 10 s');
}

describeWithServers('the test servers', ['minio', 'elasticmq', 'postgres', 'mosquitto'], () => {
  for (const [name, start] of Object.entries({ startMinio, startElasticMq, startPostgres, startMosquitto })) {
    test(`${name}: answers, is gone after its stop, and starts again on the port that it is given`, async () => {
      const first = await start();
      await connects(first.port);
      await first.stop();
      await first.stop();
      await expect(connects(first.port)).rejects.toThrow('ECONNREFUSED');
      const second = await start({ port: first.port });
      await connects(first.port);
      await second.stop();
    });

    test(`${name}: leaves no server and no folder behind when the process that started it is killed`, async () => {
      const dir = await mkdtemp(join(tmpdir(), 'earshot-servers-'));
      await chmod(dir, 0o755); // The folder must be readable by PostgreSQL, which runs as another user.
      const code = `import { ${name} } from ${JSON.stringify(SERVERS)}; const s = await ${name}(); console.log(s.port);`;
      const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: dir },
      });
      const [line] = (await once(owner.stdout, 'data')) as [Buffer];
      const port = Number(line.toString());
      expect(await readdir(dir)).toHaveLength(1);
      owner.kill('SIGKILL');
      await eventually(async () => (await readdir(dir)).length === 0);
      await expect(connects(port)).rejects.toThrow('ECONNREFUSED');
      await rmdir(dir);
    });
  }

  test('a server that cannot start reports why instead of timing out', async () => {
    const taken = await startMosquitto();
    await expect(startMinio({ port: taken.port })).rejects.toThrow(/MinIO stopped with code/);
    await taken.stop();
  });
});
