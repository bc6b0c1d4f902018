import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { writeTestRelease } from '../testing/test-release.ts';
import { until } from '../testing/until.ts';

const PROCESS = fileURLToPath(new URL('../testing/cloud-process.ts', import.meta.url));
/**
 * The library of Debian's package faketime. It is preloaded directly, because the command `faketime` would start the process as its child.
 */
const [LIBRARY] = globSync('/usr/lib/{*/,}faketime/libfaketimeMT.so.1');

describeUnless(
  LIBRARY ? undefined : 'faketime is missing',
  'the real API process while its wall clock is stepped',
  () => {
    test.each(['-3600', '+3600'])(
      'after a step of the wall clock by %s s, an alarm that was registered before is reported, and later alarms are accepted',
      async (stepS) => {
        const home = await mkdtemp(join(tmpdir(), 'earshot-step-'));
        const [release, offset] = [join(home, 'release'), join(home, 'offset')];
        await writeTestRelease(release);
        await writeFile(offset, '+0');
        const child = spawn(process.execPath, [PROCESS, 'api'], {
          env: {
            ...process.env,
            EARSHOT_HOME: home,
            EARSHOT_PORT: '0',
            EARSHOT_RELEASE_DIR: release,
            EARSHOT_LOG_LEVEL: 'error',
            LD_PRELOAD: LIBRARY,
            FAKETIME_TIMESTAMP_FILE: offset,
            FAKETIME_NO_CACHE: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        try {
          const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
          const { url, phone, device } = (
            JSON.parse(line) as { started: { url: string; phone: string; device: string } }
          ).started;
          const member = await TestClient.pair(url, phone, 'member', 'Ann');
          const box = await TestClient.pair(url, device, 'device', 'Box', 'Hall');
          const clip = beepClip();
          const report = async () => {
            const candidate = makeCandidate('smoke_alarm', clip);
            return (await box.fetch('PUT', `/v1/candidates/${candidate.id}`, candidate)).status;
          };
          expect(await report()).toBe(200);
          const before = new Date((await fetch(`${url}/healthz`)).headers.get('date') ?? '').getTime();
          await writeFile(offset, stepS);
          await until(
            'the process sees the new time',
            async () => {
              const now = new Date((await fetch(`${url}/healthz`)).headers.get('date') ?? '').getTime();
              return Math.abs(now - before) > 1_800_000;
            },
            5_000,
          );
          expect(await Promise.all([report(), report(), report()])).toEqual([200, 200, 200]);
          await until(
            'the alarm is reported',
            async () => {
              const { items } = await member.call<{ items: Incident[] }>('GET', '/v1/incidents');
              return (items[0]?.notified ?? 0) > 0;
            },
            20_000,
            250,
          );
        } finally {
          child.kill('SIGKILL');
          await rm(home, { recursive: true, force: true });
        }
      },
      60_000,
    );
  },
);
