import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StartEvent } from '@earshot/shared/contracts/start-event.ts';
import { checkPortIsFree } from '@earshot/shared/lifecycle/free-port.ts';

const EARSHOT = fileURLToPath(new URL('../earshot.js', import.meta.url));

describe('a port that another program uses', () => {
  let server: Server;
  let port: number;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'earshot-port-'));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
    rmSync(home, { recursive: true });
  });
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [EARSHOT, ...words, '--port', String(port)], {
      encoding: 'utf8',
      env: { ...process.env, EARSHOT_HOME: home },
    });

  test('is refused with an error that names the address and the port; a free port is accepted', async () => {
    await expect(checkPortIsFree('127.0.0.1', port)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      detail: `127.0.0.1:${port}`,
    });
    await expect(checkPortIsFree('127.0.0.1', 0)).resolves.toBeUndefined();
  });

  test('is found before anything is written to the home', () => {
    for (const command of ['start', 'cloud']) {
      const { status, stderr } = run(command);
      expect([status, stderr]).toEqual([1, expect.stringMatching(`^PORT_IN_USE: .*127.0.0.1:${port}`)]);
    }
    expect(readdirSync(home)).toEqual([]);
  });

  test('is reported to programs in one JSON line', () => {
    const { stdout } = run('start', '--json');
    expect(StartEvent.parse(JSON.parse(stdout))).toMatchObject({ type: 'error', code: 'PORT_IN_USE' });
  });
});

test('an address that this machine does not have is refused with an error that names the address', async () => {
  await expect(checkPortIsFree('203.0.113.1', 8080)).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    detail: expect.stringContaining('203.0.113.1:8080'),
  });
});
