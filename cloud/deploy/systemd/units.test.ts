import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describeWithTool } from '@earshot/shared/testing/describe-with-tool.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const HOUSE = fileURLToPath(new URL('../../..', import.meta.url));

describeWithTool('the systemd units, checked by systemd', 'systemd-analyze', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-units-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /**
   * Checks a unit file as it would be installed, with the path of this checkout instead of the path of the installation.
   */
  const verify = async (unit: string, instance: string, spoil = (text: string) => text) => {
    const text = (await readFile(join(HERE, unit), 'utf8')).replaceAll('/opt/earshot/', HOUSE);
    await writeFile(join(dir, unit), spoil(text));
    const run = promisify(execFile)('systemd-analyze', ['verify', '--man=no', join(dir, instance)]);
    const { stderr } = await run.catch((error: unknown) => error as { stderr: string });
    return stderr.split('\n').filter((line) => line.includes('earshot'));
  };

  test.each([
    ['earshot-cloud.service', 'earshot-cloud.service'],
    ['earshot-worker@.service', 'earshot-worker@1.service'],
  ])('systemd accepts %s and reports an error that the test adds to it', async (unit, instance) => {
    expect(await verify(unit, instance)).toEqual([]);
    const spoilt = await verify(unit, instance, (text) => text.replace('Restart=always', 'Restart=sometimes'));
    expect(spoilt.join('\n')).toContain('sometimes');
  });
});
