import type { Heartbeat } from '../contracts/device.ts';

/** The heartbeat of a healthy device without a source. */
export const makeHeartbeat = (changes: Partial<Heartbeat> = {}): Heartbeat => ({
  software: '0.1.0',
  release: '1',
  releaseState: { state: 'running', message: null },
  labels: ['smoke_alarm'],
  uptimeS: 1,
  settingsVersion: 1,
  sources: [],
  hears: [],
  outbox: { records: 0, bytes: 0, full: false, corrupt: 0 },
  cpuPercent: 0,
  rssMb: 0,
  gateSavedPercent: 0,
  ...changes,
});
