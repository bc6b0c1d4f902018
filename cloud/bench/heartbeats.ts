import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import type { z } from 'zod';
import { openDatabase } from '../store/database.ts';
import { CloudPart } from './cloud-part.ts';
import { cpuSecondsOf, spreadOf, type Spread } from './figures.ts';
import { makeHomes } from './homes.ts';

export interface HeartbeatReport {
  heartbeats: number;
  /** CPU time of the API alone, without that of the database. */
  apiCpuMsEach: number;
  answerMs: Spread;
}

/** The heartbeat that a healthy device sends every 5 s. */
const CALM: z.input<typeof Heartbeat> = {
  software: '0.1.0',
  release: '2026-01-01.1',
  releaseState: { state: 'running', message: null },
  labels: ['smoke_alarm', 'co_alarm', 'glass_break'],
  uptimeS: 86_400,
  settingsVersion: 1,
  sources: [{ name: 'mic', state: 'healthy', reason: null, levelDbfs: -52 }],
  hears: [],
  outbox: { records: 0, bytes: 0, full: false, corrupt: 0 },
  cpuPercent: 0.3,
  rssMb: 92,
  gateSavedPercent: 88,
};

/**
 * Measures the heartbeats of devices that have nothing to report. They cause most of the cost of a million homes (docs/cost.md).
 */
export async function heartbeats(env: NodeJS.ProcessEnv, devices: number, each: number): Promise<HeartbeatReport> {
  const api = new CloudPart(['cloud', '--no-worker', '--port', '0'], env);
  const database = openDatabase(env.EARSHOT_DATABASE_URL ?? '');
  try {
    const { url, pid } = await api.started;
    const homes = await makeHomes(database, devices, 'http://127.0.0.1:9', 'this benchmark must not notify anybody');
    const answerMs: number[] = [];
    const beat = async (token: string) => {
      for (let n = 0; n < each; n++) {
        const fromMs = performance.now();
        const answer = await fetch(`${url}/v1/heartbeat`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(CALM),
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`heartbeat: HTTP ${answer.status}`);
        answerMs.push(performance.now() - fromMs);
      }
    };
    // The first heartbeats are not measured. They are slower, because code is compiled and each device's state is stored for the first
    // time.
    await Promise.all(homes.map(({ deviceToken }) => beat(deviceToken)));
    answerMs.length = 0;
    const cpuBefore = cpuSecondsOf(pid);
    await Promise.all(homes.map(({ deviceToken }) => beat(deviceToken)));
    const cpuS = cpuSecondsOf(pid) - cpuBefore;
    return { heartbeats: answerMs.length, apiCpuMsEach: (cpuS * 1000) / answerMs.length, answerMs: spreadOf(answerMs) };
  } finally {
    await api.stop();
    await database.close();
  }
}
