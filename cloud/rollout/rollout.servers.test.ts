import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { FleetView } from '@earshot/shared/contracts/fleet.ts';
import type { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { startPostgres } from '@earshot/shared/testing/servers.ts';
import { makePairingCode } from '../homes/pairing.ts';
import { newDatabase } from '../testing/scale.ts';
import { simulateFleet } from '../testing/simulated-fleet.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud } from '../testing/test-cloud.ts';
import { writeTestRelease } from '../testing/test-release.ts';
import { until } from '../testing/until.ts';

const TOKEN = 'the-token-of-the-people-who-run-it';

describeWithServers('roll-outs and ignored sounds on PostgreSQL', ['postgres'], () => {
  test('a roll-out is compared, the fleet view works, and a sound that was marked as wrong is ignored', async () => {
    const server = await startPostgres();
    const dir = await mkdtemp(join(tmpdir(), 'earshot-next-'));
    await writeTestRelease(dir, '2026-01-01.2');
    const running = await startTestCloud({
      scorer: {
        score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.99 }, embedding: Float32Array.of(1, 0.5) }),
      },
      env: {
        EARSHOT_DATABASE_URL: await newDatabase(server),
        EARSHOT_NEXT_RELEASE_DIR: dir,
        EARSHOT_OPERATIONS_TOKEN: TOKEN,
      },
    });
    const { url, parts } = running.cloud;
    const [box] = await simulateFleet(running.cloud, 1, '2026-01-01.1');
    const { code } = await makePairingCode(parts, box!.client.homeId, 'member');
    const phone = await TestClient.pair(url, code, 'member', 'Ann');
    const incidents = async () => (await phone.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
    const hear = async () => {
      await parts.database.queries.updateTable('incidents').set({ lastHeardAtMs: 0 }).execute();
      const clip = beepClip(1);
      const candidate = makeCandidate('glass_break', clip);
      await box!.client.report(candidate, clip);
      const heard = (all: Incident[]) =>
        all.find(({ evidence }) => evidence.some(({ candidateId }) => candidateId === candidate.id));
      await until(
        'the sound has its verdict',
        async () => heard(await incidents())?.evidence[0]?.verdict !== 'pending',
        20_000,
      );
      return heard(await incidents())!;
    };

    await box!.beat();
    const { id, verdict } = await hear();
    expect(verdict).toBe('confirmed');
    await phone.call('POST', `/v1/incidents/${id}/feedback`, { verdict: 'wrong' });
    expect(await hear()).toMatchObject({ verdict: 'rejected', ignored: true });
    expect((await phone.call<{ items: IgnoredSound[] }>('GET', '/v1/ignored-sounds')).items).toMatchObject([
      { incidentId: id, ignored: 1, active: true },
    ]);

    await parts.rollout.look();
    const operations = new TestClient(url, { token: TOKEN, id: '', homeId: '', homeName: '' });
    expect(await operations.call<FleetView>('GET', '/v1/fleet')).toMatchObject({
      devices: { all: 1, online: 1 },
      rollout: { percent: 1, state: 'running', comparison: { worse: null } },
      labels: [{ label: 'glass_break', alerts: 1, right: 0, wrong: 1, unanswered: 0, rejected: 1 }],
      worst: [{ homeId: box!.client.homeId, wrong: 1 }],
    });
    await running[Symbol.asyncDispose]();
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }, 120_000);
});
