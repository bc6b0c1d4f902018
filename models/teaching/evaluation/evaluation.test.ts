import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findSound } from '@earshot/shared/audio/find-sound.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { doorbell } from '@earshot/shared/testing/doorbell.ts';
import type { ManifestRow } from '../../corpus/manifest.ts';
import { DEVICE_SHAPE } from '../../training/network/device-network.ts';
import { measure, tallyLines, type Answer } from './answers.ts';
import { EmbeddingPeer, rowsOf } from './embedding-peer.ts';
import { countOf } from './count-flag.ts';
import { areKin, confusers, soundsToTeach } from './household-sounds.ts';
import { keptFolder } from './kept-folder.ts';
import { decodeHead, encodeHead } from './kept-head.ts';
import { lessonsOf } from './lessons.ts';
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

  test('treats two labels as the same kind only when whole words of them match', () => {
    expect(areKin('cat', 'background_cat-purring')).toBe(true);
    expect(areKin('dishwasher', 'kitchen_dishwasher')).toBe(true);
    for (const label of ['scatter', 'scanner']) expect(areKin('cat', label)).toBe(false);
    expect(areKin('car_horn', 'card')).toBe(false);
    expect(areKin('door_knock', 'doorbell')).toBe(false);
  });

  test('keeps the results of different inputs separate, and finds those of the same inputs again', () => {
    const inputs = { release: 'a', bank: 'b', sounds: 30 };
    const folder = keptFolder('work', 'earshot', inputs);
    expect(keptFolder('work', 'earshot', { sounds: 30, bank: 'b', release: 'a' })).toBe(folder);
    for (const other of [
      { ...inputs, release: 'c' },
      { ...inputs, bank: 'c' },
      { ...inputs, sounds: 3 },
    ])
      expect(keptFolder('work', 'earshot', other)).not.toBe(folder);
  });

  test('refuses a count that is not a whole number above 0', () => {
    expect(countOf('sounds', '30')).toBe(30);
    for (const text of ['x', '', '0', '-1', '2.5', 'Infinity'])
      expect(() => countOf('sounds', text)).toThrow(/--sounds: ".*" is not a whole number above 0/);
  });

  test('plays a sound for teaching, where it stands out from the noise, and for testing', () => {
    const plays = playsOf(doorbell(), 'doorbell', { examples: 1, tests: 1 });
    expect([plays.examples, plays.sameRoom, plays.otherRooms].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(findSound(plays.examples[0]!, 16_000)).not.toBeNull();
    expect(plays.sameRoom[0]).not.toEqual(plays.examples[0]);
  });

  test('plays another recording the same way each time', () => {
    const short = doorbell().subarray(0, 1_600);
    expect(playOnce(short, 'a')).toEqual(playOnce(short, 'a'));
  });

  test('gives shares with intervals, and false alerts for a day of thirty other recordings', () => {
    const tally = new Tally();
    for (let n = 0; n < 10; n++) tally.count('sameRoom', n < 9);
    for (let n = 0; n < 1_000; n++) tally.count('others', n < 10);
    expect(String(tally)).toContain('found 90.0 % (59.6 to 98.2; 9 of 10) in the same room');
    expect(String(tally)).toContain('0.30 (0.16 to 0.55; 10 of 1000) false alerts a day');
  });
});

describe("another network's embedding", () => {
  /** Stands in for a public network: the level of the second, and of its last 0.4 s. */
  const embed = (second: Float32Array): Promise<Float32Array> => {
    const level = (from: number): number => second.subarray(from).reduce((sum, x) => sum + Math.abs(x), 0);
    return Promise.resolve(Float32Array.of(level(0) / 16_000, level(9_600) / 6_400));
  };
  const samples = new Float32Array(3 * 6_400).fill(0.5, 6_400, 2 * 6_400);

  test('is computed from the second of sound that ends with each 0.4 s', async () => {
    const rows = await rowsOf(embed, samples);
    [0, 0, 0.2, 0.5, 0.2, 0].forEach((value, n) => expect(rows[n]).toBeCloseTo(value, 5));
    expect(rows).toHaveLength(6);
  });

  test('is scaled as the other recordings are, and represents ten steps of 40 ms', async () => {
    const peer = new EmbeddingPeer(embed, 2, [Float32Array.of(4, 4), Float32Array.of(4, 4)]);
    const steps = await peer.embeddingsOf(samples);
    expect(steps).toHaveLength(3 * 10 * 2);
    expect(steps[2 * 9 + 1]).toBe(0);
    expect(steps[2 * 10 + 1]).toBeCloseTo(0.5 / 4, 5);
    expect(steps[2 * 20 + 1]).toBe(0);
  });

  test('scores a recording by its highest value, with a head that was stored in a file', async () => {
    const { headUnits } = DEVICE_SHAPE;
    const kernel = new Float32Array(2 * headUnits);
    kernel[headUnits] = 1;
    const head = {
      thresholds: { low: 1, medium: 0, high: -1 },
      weights: new Map([
        ['head/bell/hidden/kernel', kernel],
        ['head/bell/hidden/bias', new Float32Array(headUnits)],
        ['head/bell/score/kernel', new Float32Array(headUnits).fill(2)],
        ['head/bell/score/bias', Float32Array.of(-0.25)],
      ]),
    };
    const peer = new EmbeddingPeer(embed, 2, [Float32Array.of(1, 1)]);
    const [highest] = await peer.highest([{ label: 'bell', head: decodeHead(encodeHead(head)) }], samples);
    expect(highest).toBeCloseTo(2 * 0.5 - 0.25, 5);
  });
});

describe('a run that continues after it was stopped', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'earshot-evaluation-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = (): Promise<Float32Array> => Promise.resolve(doorbell());
  const fileOf = (label: string, found: number): TaughtSoundFile => {
    const level = { threshold: 0.5, perDay: 0.2, missRate: 1 - found };
    return {
      schema: 1,
      label,
      trunkSha256: '0'.repeat(64),
      levels: { low: level, medium: level, high: level },
      decision: { bias: 0, weights: {}, floor: 0.1, refractoryS: 30, holdS: 5, burst: 3, refillS: 60 },
      figures: { found, mistakesPerDay: 0.2 },
      head: '',
    };
  };

  test('teaches only what was not taught before, and leaves out a sound that cannot be taught', async () => {
    const said: string[] = [];
    const taught: string[] = [];
    const teach = (label: string): Promise<TaughtSoundFile> => {
      taught.push(label);
      if (label.includes('speech')) throw new EarshotError('TEACH_EXAMPLES', 'No sound stands out.');
      return Promise.resolve(fileOf(label, label.includes('doorbell') ? 0.9 : 0.3));
    };
    const rows = [row('speech', 1), row('doorbell', 1), row('microwave', 1)];
    const examplesOf = (recording: Float32Array): Float32Array[] => [recording];
    const say = (line: string): void => void said.push(line);
    const run = () => lessonsOf(rows, folder, { load, examplesOf, teach, say });
    expect((await run()).map(({ label, isReady }) => [label, isReady])).toEqual([
      ['taught_upkeep_doorbell_0001', true],
      ['taught_upkeep_microwave_0002', false],
    ]);
    expect(said[0]).toContain('speech: left out: ');
    expect(said[1]).toBe('doorbell: ready, finds 0.90, 0.20 a day');
    await run();
    expect(taught).toHaveLength(4);
  });

  test('gets an answer for each recording only once, counts ready sounds separately, and does not count sounds of the same kind as false alerts', async () => {
    const lessons = ['doorbell', 'microwave'].map((label, n) => ({
      row: row(label, 1),
      label: `taught_upkeep_${label}_000${n}`,
      recording: doorbell(),
      examples: [],
      file: fileOf(`taught_upkeep_${label}_000${n}`, 0.9),
      isReady: label === 'doorbell',
    }));
    let asked = 0;
    const listen = (): Promise<Answer> => {
      asked++;
      return Promise.resolve({ low: [false, false], medium: [true, false], high: [true, true] });
    };
    const others = [row('speech', 1), row('chime', 1), row('chime', 2)];
    const played = [doorbell(), doorbell()];
    const playsOf = () => ({ sameRoom: played, otherRooms: played });
    const playOnce = (recording: Float32Array): Float32Array => recording;
    const run = () => measure({ folder, listen }, { lessons, others, load, playsOf, playOnce });
    const lines = tallyLines('way', await run());
    expect(asked).toBe(2 * 4 + 3);
    // The chimes count for the microwave, and not for the doorbell.
    expect(lines[2]).toMatch(/^way, medium, all: found 50\.0 % .* 2 of 4\) in the same room, .* 1 of 4\) false alerts/);
    expect(lines[3]).toMatch(
      /^way, medium, ready ones: found 100\.0 % .* 2 of 2\) in the same room, .* 1 of 1\) false/,
    );
    expect(tallyLines('way', await run())).toEqual(lines);
    expect(asked).toBe(11);
  });
});
