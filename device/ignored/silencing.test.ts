import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IgnoredPrototype } from '@earshot/shared/contracts/ignored-sounds.ts';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import type { CandidateDetection, Detection } from '../detect/detection.ts';
import { Detector } from '../detect/detector.ts';
import { listenToAll, type DetectorSettings } from '../detect/detector-settings.ts';
import { Network } from '../network/network.ts';
import { loadRelease } from '../releases/release.ts';
import { writeSyntheticRelease } from '../releases/testing/synthetic-release.ts';
import { Prototypes } from './prototypes.ts';

const RATE = 16_000;
/**
 * Two sounds. Both contain the tone to which the synthetic head responds; the second one also contains further tones.
 */
const HZ = 2_820;
const OTHER_HZ = [HZ, 400, 900, 5_500];
const LABELS = ['glass_break', 'smoke_alarm'];

let dir: string;
let network: Network;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'silencing-'));
  const { trustedKeys } = await writeSyntheticRelease(
    dir,
    LABELS.map((label) => ({ label, band: 40 })),
  );
  network = await Network.load(await loadRelease(dir, { trustedKeys }));
});
afterAll(async () => {
  await network.close();
  await rm(dir, { recursive: true });
});

/** Room noise with a second of these tones at each of the given times. */
function room(seconds: number, sounds: readonly { atS: number; hz: readonly number[]; forS?: number }[]): Float32Array {
  const samples = whiteNoise(seconds * RATE, 0.0003, 5);
  for (const { atS, hz, forS = 1 } of sounds) {
    for (const one of hz)
      sine(Math.round(forS * RATE), one, 0.2).forEach((value, i) => (samples[Math.round(atS * RATE) + i]! += value));
  }
  return samples;
}

async function hear(samples: Float32Array, silenced?: Prototypes): Promise<Detection[]> {
  const settings: DetectorSettings = { ...listenToAll(LABELS, 'medium'), silenced };
  const detector = new Detector(network, { settings });
  return [...(await detector.push(samples)), ...(await detector.finish())];
}

const glass = (detections: readonly Detection[], type: Detection['type'] = 'candidate'): Detection[] =>
  detections.filter((one) => one.type === type && one.label === 'glass_break');

async function prototype(change: Partial<IgnoredPrototype['embedding']> = {}, label = 'glass_break') {
  const heard = await hear(room(8, [{ atS: 4, hz: [HZ] }]));
  const { embedding } = heard.find(
    (one): one is CandidateDetection => one.type === 'candidate' && one.label === label,
  )!;
  return new Prototypes([
    {
      id: 'kettle',
      label,
      embedding: { trunkSha256: embedding.by, values: encodeEmbedding(embedding.values), ...change },
    },
  ]);
}

describe('a detector that silences an ignored sound', () => {
  test('does not report the ignored sound: it emits one "silenced" detection and starts no event', async () => {
    const again = room(9, [{ atS: 4.32, hz: [HZ] }]);
    expect(glass(await hear(again))).toHaveLength(1);
    const heard = await hear(again, await prototype());
    expect(glass(heard)).toEqual([]);
    expect(glass(heard, 'silenced')).toMatchObject([{ soundId: 'kettle' }]);
    expect(glass(heard, 'ended')).toEqual([]);
  });

  test('reports a different sound, also when it follows a silenced sound', async () => {
    const other = { atS: 4, hz: OTHER_HZ };
    expect(glass(await hear(room(8, [other]), await prototype()))).toHaveLength(1);
    const both = await hear(
      room(12, [
        { atS: 3, hz: [HZ] },
        { ...other, atS: 7 },
      ]),
      await prototype(),
    );
    expect(glass(both, 'silenced')).toHaveLength(1);
    expect(glass(both)).toHaveLength(1);
  });

  test('never silences a safety sound', async () => {
    const heard = await hear(room(8, [{ atS: 4, hz: [HZ] }]), await prototype({}, 'smoke_alarm'));
    expect(heard.filter(({ type, label }) => type === 'candidate' && label === 'smoke_alarm')).toHaveLength(1);
    expect(heard.filter(({ type }) => type === 'silenced')).toEqual([]);
  });

  test('reports a sound that has the standard rhythm of a smoke alarm, whatever its label', async () => {
    const beeps = [0, 4, 8, 12].flatMap((group) =>
      [0, 1, 2].map((beep) => ({ atS: 3 + group + beep, hz: [HZ], forS: 0.5 })),
    );
    const everything = { find: () => 'kettle' };
    const settings = { ...listenToAll(LABELS, 'medium'), silenced: everything };
    const detector = new Detector(network, { settings });
    const heard = glass(await detector.push(room(20, beeps)));
    expect(heard.length).toBeGreaterThan(0);
    // Before the second group proves the rhythm, the sound is silenced.
    expect((heard[0] as CandidateDetection).detectedSample).toBeGreaterThan(9 * RATE);
  });

  test('reports a sound again as soon as it is removed from the list', async () => {
    const settings = { ...listenToAll(LABELS, 'medium'), silenced: await prototype() };
    const detector = new Detector(network, { settings });
    const samples = room(16, [
      { atS: 4, hz: [HZ] },
      { atS: 12, hz: [HZ] },
    ]);
    expect(glass(await detector.push(samples.subarray(0, 8 * RATE)))).toEqual([]);
    detector.configure({ ...settings, silenced: undefined });
    expect(glass(await detector.push(samples.subarray(8 * RATE)))).toHaveLength(1);
  });

  test.each([
    ['belongs to another trunk', { trunkSha256: '0'.repeat(64) }],
    ['has another length', { values: encodeEmbedding(new Float32Array(8).fill(1)) }],
    ['is all zero', { values: encodeEmbedding(new Float32Array(2 * 132)) }],
    ['contains values that are not numbers', { values: encodeEmbedding(new Float32Array(2 * 132).fill(NaN)) }],
  ])("silences nothing when the ignored sound's embedding %s", async (_, change) => {
    const heard = await hear(room(8, [{ atS: 4, hz: [HZ] }]), await prototype(change));
    expect(glass(heard)).toHaveLength(1);
  });
});
