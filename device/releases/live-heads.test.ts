import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { Detector } from '../detect/detector.ts';
import { listenToAll } from '../detect/detector-settings.ts';
import type { Detection } from '../detect/detection.ts';
import { Network } from '../network/network.ts';
import { loadRelease } from './release.ts';
import { writeSyntheticRelease, type SyntheticHead } from './testing/synthetic-release.ts';

const SMOKE = { label: 'smoke_alarm', band: 40 };
const GLASS = { label: 'glass_break', band: 50 };
const DOG = { label: 'dog_bark', band: 20 };
const SETTINGS = listenToAll(['smoke_alarm', 'glass_break', 'dog_bark'], 'medium');
/** The centres of the mel bands to which the heads respond. */
const HZ = { smoke: 2_820, glass: 4_040, dog: 900 };

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'earshot-heads-'))));
afterEach(() => rmSync(dir, { recursive: true }));

async function network(name: string, heads: readonly SyntheticHead[]): Promise<Network> {
  const { trustedKeys } = await writeSyntheticRelease(join(dir, name), heads);
  return Network.load(await loadRelease(join(dir, name), { trustedKeys }));
}

/**
 * Twelve seconds of noise, with a tone at the pitch of the smoke head from 3 to 9 s and a tone at the pitch of the dog
 * head from 8 to 9 s.
 */
function sound(): Float32Array {
  const random = seededRandom(2);
  const tone = (i: number, hz: number, fromS: number, toS: number) =>
    i >= fromS * 16_000 && i < toS * 16_000 ? 0.3 * Math.sin((2 * Math.PI * hz * i) / 16_000) : 0;
  return Float32Array.from(
    { length: 12 * 16_000 },
    (_, i) => 0.01 * (random() - 0.5) + tone(i, HZ.smoke, 3, 9) + tone(i, HZ.dog, 8, 9),
  );
}

/**
 * Returns the probability of the first head at every evaluation, and all detections. Calls `meanwhile.change` at `atS`,
 * in the middle of a block.
 */
async function listen(first: Network, meanwhile?: { atS: number; change: (detector: Detector) => void }) {
  const steps: string[] = [];
  const detections: Detection[] = [];
  const detector = new Detector(first, {
    settings: SETTINGS,
    onEvaluation: (evidence, at) => steps.push(`${at} ${evidence[0]}`),
  });
  const samples = sound();
  for (let from = 0; from < samples.length; from += 1_000) {
    if (meanwhile && from === Math.round((meanwhile.atS * 16_000) / 1_000) * 1_000) meanwhile.change(detector);
    detections.push(...(await detector.push(samples.subarray(from, from + 1_000))));
  }
  detections.push(...(await detector.finish()));
  return { steps, detections, heard: detector.heardSamples };
}

describe('heads that are added and removed while the device listens', () => {
  test("a head added during an alarm detects its sound; no sample is lost, and the other heads' scores stay the same", async () => {
    const before = await listen(await network('before', [SMOKE, GLASS]));
    const more = await network('more', [SMOKE, GLASS, DOG]);
    const during = await listen(await network('before', [SMOKE, GLASS]), {
      atS: 5,
      change: (detector) => expect(detector.takeOver(more)).toEqual([]),
    });
    expect(during.heard).toBe(before.heard);
    expect(during.steps).toEqual(before.steps);
    const of = (label: string, { detections }: { detections: Detection[] }) =>
      detections.filter((detection) => detection.label === label);
    expect(of('smoke_alarm', before).length).toBeGreaterThan(0);
    expect(of('smoke_alarm', during).map(({ type, label }) => [type, label])).toEqual(
      of('smoke_alarm', before).map(({ type, label }) => [type, label]),
    );
    expect(of('dog_bark', before)).toEqual([]);
    expect(of('dog_bark', during)[0]).toMatchObject({ type: 'candidate' });
  });

  test('removing a head does not affect the other heads', async () => {
    const before = await listen(await network('before', [SMOKE, GLASS]));
    const fewer = await network('fewer', [SMOKE]);
    const during = await listen(await network('before', [SMOKE, GLASS]), {
      atS: 5,
      change: (detector) => void detector.takeOver(fewer),
    });
    expect(during.steps).toEqual(before.steps);
  });
});
