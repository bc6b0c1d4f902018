import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkService, installService, runProgram, uninstallService } from './service.ts';

test.each([
  ['a system without systemd', 0, '/not/there', 'does not run systemd'],
  ['a user who is not root', 1000, tmpdir(), 'Only root may do that'],
])('reports %s before anything is changed', (_, uid, systemd, says) => {
  expect(() => checkService(uid, systemd)).toThrow(
    expect.objectContaining({ code: 'SERVICE', message: expect.stringContaining(says) }),
  );
});

test('root on a system with systemd may change the service', () => {
  expect(() => checkService(0, tmpdir())).not.toThrow();
});

test("when a program of the system fails, the error contains the program's message", async () => {
  await expect(runProgram('ls', '/not/there')).rejects.toMatchObject({
    code: 'SERVICE',
    detail: expect.stringMatching(/No such file/),
  });
});

describe('the systemd service of the device', () => {
  let dir: string;
  let ran: string[];
  const failing = new Set<string>();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-service-'));
    ran = [];
    failing.clear();
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const places = () => ({
    unit: join(dir, 'earshot-device.service'),
    users: join(dir, 'users'),
    home: join(dir, 'home'),
  });
  const run = async (program: string, ...args: string[]) => {
    const line = [program, ...args].join(' ').replaceAll(dir, '');
    ran.push(line);
    if (failing.has(line)) throw new Error(line);
  };
  const pairInto = async (home: string) => {
    ran.push('pair');
    mkdirSync(join(home, 'device'), { recursive: true });
    writeFileSync(join(home, 'device', 'cloud.json'), '{}');
    return 'Birch Street 4';
  };

  test("is paired in its own folder, which belongs to the service's user, and starts at once and at every boot", async () => {
    expect((await installService(pairInto, run, places())).join('\n')).toContain('paired with Birch Street 4');
    expect(ran).toEqual([
      'systemd-sysusers /users',
      'pair',
      'chown -R earshot:earshot /home',
      'systemctl daemon-reload',
      'systemctl enable earshot-device',
      'systemctl restart earshot-device',
    ]);
    expect(readFileSync(join(dir, 'users'), 'utf8')).toMatch(/^u earshot /);
  });

  test('does not start when the pairing code is refused', async () => {
    const refused = () => Promise.reject(new Error('PAIRING_CODE'));
    await expect(installService(refused, run, places())).rejects.toThrow('PAIRING_CODE');
    expect(ran.join()).not.toContain('systemctl');
  });

  test('keeps its data when it is uninstalled, and removes everything with --data', async () => {
    await installService(pairInto, run, places());
    await uninstallService(false, run, places());
    expect(existsSync(join(dir, 'earshot-device.service'))).toBe(false);
    expect(existsSync(join(dir, 'home', 'device', 'cloud.json'))).toBe(true);
    await uninstallService(true, run, places());
    expect(readdirSync(dir)).toEqual([]);
    expect(ran.at(-1)).toBe('userdel earshot');
  });

  test('never removes the data of a cloud on the same box', async () => {
    await installService(pairInto, run, places());
    const home = join(dir, 'home');
    for (const file of ['cloud.db', 'secret', 'device.conf']) writeFileSync(join(home, file), '');
    expect((await uninstallService(true, run, places())).join('\n')).toContain('data of the cloud service');
    expect(readdirSync(home)).toEqual(['cloud.db', 'secret']);
    expect(ran).not.toContain('userdel earshot');
  });

  test('can be uninstalled after a partial uninstallation', async () => {
    failing.add('systemctl disable --now earshot-device');
    failing.add('userdel earshot');
    await uninstallService(true, run, places());
    expect(readdirSync(dir)).toEqual([]);
  });
});
