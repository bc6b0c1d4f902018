import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';

const SOAK = fileURLToPath(new URL('./main.ts', import.meta.url));

const onLinux = process.platform === 'linux' ? undefined : 'open files are counted in /proc, which only Linux has';

describeUnless(onLinux, 'the first two days of `npm run soak`', () => {
  test('memory and files do not grow on the second simulated day, clips expire, and every alert arrives once', () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--expose-gc', SOAK, '--days', '2'];
    const { status, stdout, stderr } = spawnSync(process.execPath, flags, {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('2 days, seed 1: 0 faults, 0 figures grew');
  });
});
