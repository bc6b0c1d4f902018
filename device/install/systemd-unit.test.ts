import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { installUnit, unitFile, verifyUnit } from './systemd-unit.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'earshot-unit-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const hasSystemd = (() => {
  try {
    execFileSync('systemd-analyze', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

describe('the systemd unit', () => {
  (hasSystemd ? test : test.skip)('is taken by systemd, which does find a fault when there is one', async () => {
    const path = join(dir, 'earshot-device.service');
    writeFileSync(path, unitFile());
    expect(await verifyUnit(path)).toBe('');
    writeFileSync(path, unitFile().replace('WatchdogSec=60', 'WatchdogSec=soon'));
    expect(await verifyUnit(path)).toContain('soon');
  });

  test('install writes unit and user, and says how to go on', async () => {
    const said = await installUnit(join(dir, 'earshot-device.service'), join(dir, 'users.conf'));
    expect(readFileSync(join(dir, 'earshot-device.service'), 'utf8')).toContain('User=earshot\n');
    expect(readFileSync(join(dir, 'users.conf'), 'utf8')).toMatch(/^u earshot /);
    expect(said.join('\n')).toContain('device pair CODE');
  });

  test('where it may not write, it says so', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(installUnit(join(dir, 'file', 'unit'), join(dir, 'file', 'users'))).rejects.toThrow('run as root');
  });

  test('reaches sound and nothing else: no other device, no new rights, a read-only machine', () => {
    for (const line of [
      'ProtectSystem=strict',
      'DevicePolicy=closed',
      'DeviceAllow=char-alsa rw',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'WatchdogSec=60',
      'Type=notify',
    ]) {
      expect(unitFile().split('\n')).toContain(line);
    }
  });
});
