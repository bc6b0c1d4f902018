import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeWithTool } from '@earshot/shared/testing/describe-with-tool.ts';
import { installUnit, unitFile, verifyUnit } from './systemd-unit.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'earshot-unit-'))));
afterEach(() => rmSync(dir, { recursive: true }));

describe('the systemd unit', () => {
  describeWithTool('checked by systemd', 'systemd-analyze', () => {
    test('is accepted, and is refused when one of its lines is wrong', async () => {
      const path = join(dir, 'earshot-device.service');
      writeFileSync(path, unitFile());
      expect(await verifyUnit(path)).toBe('');
      writeFileSync(path, unitFile().replace('WatchdogSec=60', 'WatchdogSec=soon'));
      expect(await verifyUnit(path)).toContain('soon');
    });
  });

  test('is installed together with its user, and the next steps are printed', async () => {
    const said = await installUnit(join(dir, 'earshot-device.service'), join(dir, 'users.conf'));
    expect(readFileSync(join(dir, 'earshot-device.service'), 'utf8')).toContain('User=earshot\n');
    expect(readFileSync(join(dir, 'users.conf'), 'utf8')).toMatch(/^u earshot /);
    expect(said.join('\n')).toContain('device pair CODE');
  });

  test('cannot be installed into a folder that is not writable, and the error says so', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(installUnit(join(dir, 'file', 'unit'), join(dir, 'file', 'users'))).rejects.toThrow('run as root');
  });

  test('lets the service use the sound card but no other device, gain no privileges, and write nothing to the system', () => {
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
