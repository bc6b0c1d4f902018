import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { filledIn, splitBefore } from './document.ts';
import { readGuide } from './guide.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the commands in README.md and docs/cloud.md', () => {
  test('the documents have commands to install, upgrade, back up, restore and uninstall', async () => {
    const guide = await readGuide(ROOT);
    expect(guide.installCloud).toContain('systemctl enable --now earshot-cloud');
    expect(guide.installDevice).toContain('earshot device install --code DEVICE-CODE');
    expect(guide.upgrade).toContain('git pull');
    expect(guide.backUp).toContain('earshot backup');
    expect(guide.restore).toContain('earshot restore');
    expect(guide.uninstall).toContain('earshot device uninstall --data');
  });

  test('the commands for backup and restore use the same file name', async () => {
    const { backUp, restore } = await readGuide(ROOT);
    const file = /backup (\S+)/.exec(backUp)?.[1];
    expect(file).toBeDefined();
    expect(restore).toContain(`restore ${file}`);
  });

  test('the commands copy the systemd unit from a path that exists', async () => {
    const { installCloud, upgrade } = await readGuide(ROOT);
    const unit = 'cloud/deploy/systemd/earshot-cloud.service';
    expect(installCloud).toContain(unit);
    expect(upgrade).toContain(unit);
    expect(await readFile(`${ROOT}${unit}`, 'utf8')).toContain('[Service]');
  });

  test('filling in a placeholder that the commands do not contain fails', () => {
    expect(filledIn('pair CODE', { CODE: 'ABCD' })).toBe('pair ABCD');
    expect(() => filledIn('pair', { CODE: 'ABCD' })).toThrow('"CODE" is not in');
    expect(() => splitBefore('a\nb', 'c')).toThrow('no line with');
  });
});
