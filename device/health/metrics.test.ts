import { afterEach, expect, test } from '@jest/globals';
import { AgentEmitter } from '../events.ts';
import { makeRecord } from '../testing/candidates.ts';
import { Metrics } from './metrics.ts';

const STATUS = {
  software: '0.1.0',
  release: '2026-01-01.1',
  releaseState: { state: 'running' as const, message: null },
  labels: ['smoke_alarm'],
  uptimeS: 12,
  settingsVersion: 1,
  sources: [{ name: 'a "mic"', state: 'deaf' as const, reason: 'all_zero', levelDbfs: -120 }],
  hears: [],
  outbox: { records: 2, bytes: 640_000, full: false, corrupt: 1 },
  cpuPercent: 0.1,
  rssMb: 90,
  gateSavedPercent: 85,
};
let metrics: Metrics;
afterEach(() => metrics.stop());

test('serves health, candidates and outbox to Prometheus, on loopback', async () => {
  const events = new AgentEmitter();
  metrics = new Metrics(0, () => STATUS, events);
  const port = await metrics.start();
  const { candidate, clip } = makeRecord();
  events.emit('candidate', { candidate, clip, atS: 0, detectedS: 0, again: false });
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  for (const line of [
    '# TYPE earshot_candidates_total counter',
    'earshot_candidates_total{label="smoke_alarm"} 1',
    'earshot_source_healthy{source="a \\"mic\\"",state="deaf"} 0',
    'earshot_outbox_records 2',
    'earshot_rss_bytes 90000000',
    'earshot_gate_slept_ratio 0.85',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
});

test('reports when its port is in use', async () => {
  metrics = new Metrics(0, () => STATUS, new AgentEmitter());
  const port = await metrics.start();
  await expect(new Metrics(port, () => STATUS, new AgentEmitter()).start()).rejects.toMatchObject({
    code: 'PORT_IN_USE',
  });
});
