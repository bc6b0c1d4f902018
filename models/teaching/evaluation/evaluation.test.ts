import { describe, expect, test } from '@jest/globals';
import { findSound } from '@earshot/shared/audio/find-sound.ts';
import { doorbell } from '@earshot/shared/testing/doorbell.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import type { ManifestRow } from '../../corpus/manifest.ts';
import { Random } from '../../synthesis/random.ts';
import { initWasm } from '../../training/backend/init-backend.ts';
import { EmbeddingPeer } from './embedding-peer.ts';
import { areKin, confusers, soundsToTeach } from './household-sounds.ts';
import { playOnce, playsOf } from './plays.ts';
import { Tally } from './tally.ts';

const row = (label: string, n: number): ManifestRow => ({
  file: `dev/${label}/${n}.opus`,
  path: '',
  split: 'dev',
  label,
  durationS: 1,
  source: 'test',
  licence: '',
  notes: '',
  line: n,
});
const corpus = ['doorbell', 'microwave', 'speech'].flatMap((label) => [1, 2, 3].map((n) => row(label, n)));

describe('the evaluation of teaching', () => {
  test('teaches one recording of each label that a home might teach, the same ones each time', () => {
    const chosen = soundsToTeach(corpus, 30);
    expect(chosen.map(({ label }) => label)).toEqual(['doorbell', 'microwave']);
    expect(soundsToTeach(corpus, 30)).toEqual(chosen);
  });

  test('counts false alerts on some recordings of every label, but not on sounds of the same kind', () => {
    expect(Map.groupBy(confusers(corpus, 2), ({ label }) => label).get('speech')).toHaveLength(2);
    expect(areKin('phone_ring', 'alarm_clock')).toBe(true);
    expect(areKin('phone_ring', 'speech')).toBe(false);
  });

  test('plays a sound five times for teaching, where it stands out from the noise, and twenty times for testing', () => {
    const { examples, sameRoom, otherRooms } = playsOf(doorbell(), 'doorbell');
    expect([examples.length, sameRoom.length, otherRooms.length]).toEqual([5, 10, 10]);
    for (const samples of examples) expect(findSound(samples, 16_000)).not.toBeNull();
    expect(playOnce(doorbell(), 'a')).not.toEqual(playOnce(doorbell(), 'b'));
  });

  test('gives shares with intervals, and false alerts for a day of thirty other recordings', () => {
    const tally = new Tally();
    for (let n = 0; n < 10; n++) tally.count('sameRoom', n < 9);
    for (let n = 0; n < 1_000; n++) tally.count('others', n < 10);
    expect(String(tally)).toContain('found 90.0 % (59.6 to 98.2; 9 of 10) in the same room');
    expect(String(tally)).toContain('0.30 (0.16 to 0.55; 10 of 1000) false alerts a day');
  });
});

test("a head on another network's embedding tells the doorbell from noise", async () => {
  await initWasm();
  // Stands in for a public network: the level in eight bands of time within the second, and how often the wave crosses zero.
  const embed = async (second: Float32Array): Promise<Float32Array> =>
    Float32Array.from({ length: 16 }, (_, i) => {
      const part = second.subarray((i % 8) * 2_000, (i % 8) * 2_000 + 2_000);
      const level = Math.log10(1e-4 + Math.sqrt(part.reduce((sum, x) => sum + x * x, 0) / part.length));
      const crossings = part.reduce((sum, x, k) => sum + (k > 0 && x > 0 !== part[k - 1]! > 0 ? 1 : 0), 0);
      return i < 8 ? level : crossings / 500;
    });
  async function* others(): AsyncGenerator<Float32Array> {
    for (let n = 0; n < 12; n++) yield playOnce(whiteNoise(16_000, 0.1, n), `noise ${n}`);
  }
  const peer = await EmbeddingPeer.open(embed, others());
  const { examples, sameRoom } = playsOf(doorbell(), 'doorbell');
  const sounds = examples.map((samples) => {
    const { startS, endS } = findSound(samples, 16_000)!;
    return samples.slice(startS * 16_000, endS * 16_000);
  });
  const label = 'taught_upkeep_doorbell_0000';
  const heads = [{ label, head: await peer.teach(label, sounds, new Random('peer')) }];
  const [bell] = await peer.highest(heads, sameRoom[0]!);
  const [noise] = await peer.highest(heads, playOnce(whiteNoise(16_000, 0.1, 99), 'noise'));
  expect(bell).toBeGreaterThan(noise!);
}, 600_000);
