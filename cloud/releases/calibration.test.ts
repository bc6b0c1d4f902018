import { expect, test } from '@jest/globals';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import { calibrationOf } from './calibration.ts';

const levels = (missRate: number) => ({
  low: { threshold: 0.5, perDay: 0.1, missRate },
  medium: { threshold: 0.5, perDay: 0.1, missRate },
  high: { threshold: 0.5, perDay: 0.1, missRate },
});

test('the shown miss rate includes sounds that the device missed, even when the verifier confirmed every candidate', () => {
  const manifest = {
    version: '2026-01-01.1',
    heads: [{ label: 'footsteps', levels: levels(0.9) }],
    verifier: { levels: { footsteps: levels(0), door: levels(0.3) } },
  } as unknown as Manifest;
  const { labels } = calibrationOf(manifest);
  expect(labels.footsteps?.medium).toEqual({ falseAlertsPerDay: 0.1, missRate: 0.9 });
  expect(labels.door?.medium?.missRate).toBe(0.3);
});
