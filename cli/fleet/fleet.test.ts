import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { simulateFleet } from '@earshot/cloud/testing/simulated-fleet.ts';
import { startTestCloud, type TestCloud } from '@earshot/cloud/testing/test-cloud.ts';
import { writeTestRelease } from '@earshot/cloud/testing/test-release.ts';
import { askFleet } from './ask-fleet.ts';
import { cloudAddress } from './ask-operations.ts';
import { fleetReport } from './fleet-report.ts';

const TOKEN = 'the-token-of-the-people-who-run-it';

test.each(['foo', '', 'localhost:8080', 'earshot.example', 'file:///etc/passwd'])(
  '"%s" as the address of the cloud is a usage error that shows how to write it',
  (text) => {
    expect(() => cloudAddress(text)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('https://earshot.example') }),
    );
  },
);

test.each(['http://127.0.0.1:8080', 'https://earshot.example/'])('%s is the address of a cloud', (text) => {
  expect(cloudAddress(text)).toBe(text);
});

describe('earshot fleet', () => {
  let server: TestCloud;
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-next-'));
    await writeTestRelease(dir, '2026-01-01.2');
    server = await startTestCloud({ env: { EARSHOT_NEXT_RELEASE_DIR: dir, EARSHOT_OPERATIONS_TOKEN: TOKEN } });
    const [box] = await simulateFleet(server.cloud, 3, '2026-01-01.1');
    await box!.beat();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const ask = (given: { token?: string; url?: string; rollout?: 'start' | 'pause' | 'halt'; reason?: string } = {}) =>
    askFleet({ url: server.cloud.url, token: TOKEN, signal: AbortSignal.timeout(10_000), ...given });

  test('shows devices, releases and the roll-out as lines', async () => {
    const lines = fleetReport(await ask()).split('\n');
    expect(lines[0]).toContain(
      '3 devices: 1 online, 0 offline, 0 deaf (no sound from the microphone), 2 never connected',
    );
    expect(lines).toContain('2026-01-01.1        1            0        0');
    expect(lines.join('\n')).toContain('Roll-out of 2026-01-01.2: running, 1 % of the devices since');
    expect(lines.join('\n')).toContain('No alerts.');
  });

  test('pauses the roll-out, continues it, and halts it for good', async () => {
    expect(fleetReport(await ask({ rollout: 'pause' }))).toContain('2026-01-01.2: paused, 1 % of the devices');
    expect(fleetReport(await ask({ rollout: 'start' }))).toContain('2026-01-01.2: running, 1 % of the devices');
    expect(fleetReport(await ask({ rollout: 'halt', reason: 'too loud' }))).toContain(
      '2026-01-01.2: halted, 1 % of the devices',
    );
    await expect(ask({ rollout: 'start' })).rejects.toMatchObject({ code: 'ROLLOUT' });
  });

  test('reports a wrong token and an address that does not answer, each with its own error code', async () => {
    await expect(ask({ token: 'x' })).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    await expect(ask({ url: 'http://127.0.0.1:9' })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});
