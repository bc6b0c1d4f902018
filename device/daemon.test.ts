import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAgent } from './agent.ts';
import type { Agent } from './agent-types.ts';
import { askDaemon } from './control.ts';
import { Daemon } from './daemon.ts';
import { writeSyntheticRelease } from './releases/testing/synthetic-release.ts';
import { readConfiguration } from './settings/configuration.ts';

let folder: string;
let agent: Agent;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-daemon-'));
  const { trustedKeys } = await writeSyntheticRelease(join(folder, 'release'), [{ label: 'glass_break', band: 40 }]);
  agent = createAgent({ home: folder, releaseDir: join(folder, 'release'), sources: [], cloud: null, trustedKeys });
});
afterEach(() => rmSync(folder, { recursive: true }));

const daemonOf = async (daemonsAgent: Agent, home: string) =>
  new Daemon({ agent: daemonsAgent, home, configuration: await readConfiguration(folder, {}), deviceId: '' });

/** The same agent, except that its start first waits for `before`. */
const startingAfter = (before: Promise<void>): Agent =>
  Object.create(agent, { start: { value: () => before.then(() => agent.start()) } }) as Agent;

describe('Daemon', () => {
  test('answers a request during the start as soon as the agent has started', async () => {
    const loading = Promise.withResolvers<void>();
    const daemon = await daemonOf(startingAfter(loading.promise), folder);
    const started = daemon.start();
    let status: unknown;
    while (status === undefined) {
      status = askDaemon(folder, 'GET /status').catch((error: { code: string }) => {
        if (error.code !== 'NO_DAEMON') throw error;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      loading.resolve();
      status = await status;
    }
    expect(status).toMatchObject({ labels: ['glass_break'], withCloud: false });
    await started;
    await daemon.stop();
  });

  test('answers a request with the reason when the agent cannot start', async () => {
    const loading = Promise.withResolvers<void>();
    const daemon = await daemonOf(startingAfter(loading.promise), folder);
    const started = daemon.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answer = askDaemon(folder, 'GET /status');
    answer.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    loading.reject(new Error('the release is broken'));
    await expect(started).rejects.toThrow('the release is broken');
    await expect(answer).rejects.toMatchObject({ message: expect.stringContaining('the release is broken') });
    await daemon.stop();
  });

  test('reports when no control socket can be created, and listens nevertheless', async () => {
    const home = join(folder, 'home');
    writeFileSync(home, 'a file, no folder');
    const problems: string[] = [];
    agent.events.on('problem', ({ code }) => void problems.push(code));
    const daemon = await daemonOf(agent, home);
    await daemon.start();
    expect(agent.labels()).toEqual(['glass_break']);
    expect(problems).toEqual(['DISK_UNWRITABLE']);
    await daemon.stop();
  });
});
