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
  test('chooses one recording of each label that a home might teach, and the same recordings in every run', () => {
    const chosen = soundsToTeach(corpus, 30);
    expect(chosen.map(({ label }) => label)).toEqual(['doorbell', 'microwave']);
    expect(soundsToTeach(corpus, 30)).toEqual(chosen);
  });

  test('counts false alerts on recordings of every other label, except labels for the same kind of sound', () => {
    expect(Map.groupBy(confusers(corpus, 2), ({ label }) => label).get('speech')).toHaveLength(2);
    expect(areKin('phone_ring', 'alarm_clock')).toBe(true);
    expect(areKin('phone_ring', 'speech')).toBe(false);
  });

  test('treats two labels as the same kind of sound only when they share a whole word', () => {
    expect(areKin('cat', 'background_cat-purring')).toBe(true);
    expect(areKin('dishwasher', 'kitchen_dishwasher')).toBe(true);
    for (const label of ['scatter', 'scanner']) expect(areKin('cat', label)).toBe(false);
    expect(areKin('car_horn', 'card')).toBe(false);
    expect(areKin('door_knock', 'doorbell')).toBe(false);
  });

  test('uses stored results again only when all inputs are the same', () => {
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

  test('renders a sound for teaching and for testing; for teaching it stands out from the noise', () => {
    const plays = playsOf(doorbell(), 'doorbell', { examples: 1, tests: 1 });
    expect([plays.examples, plays.sameRoom, plays.otherRooms].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(findSound(plays.examples[0]!, 16_000)).not.toBeNull();
    expect(plays.sameRoom[0]).not.toEqual(plays.examples[0]);
  });

  test('renders a recording of another sound identically in every run', () => {
    const short = doorbell().subarray(0, 1_600);
    expect(playOnce(short, 'a')).toEqual(playOnce(short, 'a'));
  });

  test('reports shares with confidence intervals, and false alerts for a day with thirty recordings of other sounds', () => {
    const tally = new Tally();
    for (let n = 0; n < 10; n++) tally.count('sameRoom', n < 9);
    for (let n = 0; n < 1_000; n++) tally.count('others', n < 10);
    expect(String(tally)).toContain('found 90.0 % (59.6 to 98.2; 9 of 10) in the same room');
    expect(String(tally)).toContain('0.30 (0.16 to 0.55; 10 of 1000) false alerts a day');
  });
});

describe('the comparison with the embedding of a public network', () => {
  /** Replaces the public network. Returns the level of a second of sound, and the level of its last 0.4 s. */
  const embed = (second: Float32Array): Promise<Float32Array> => {
    const level = (from: number): number => second.subarray(from).reduce((sum, x) => sum + Math.abs(x), 0);
    return Promise.resolve(Float32Array.of(level(0) / 16_000, level(9_600) / 6_400));
  };
  const samples = new Float32Array(3 * 6_400).fill(0.5, 6_400, 2 * 6_400);

  test('the embedding is computed every 0.4 s from the last second of sound', async () => {
    const rows = await rowsOf(embed, samples);
    [0, 0, 0.2, 0.5, 0.2, 0].forEach((value, n) => expect(rows[n]).toBeCloseTo(value, 5));
    expect(rows).toHaveLength(6);
  });

  test("each embedding is divided by the scale of the other sounds' embeddings, and stands for ten steps of 40 ms", async () => {
    const peer = new EmbeddingPeer(embed, 2, [Float32Array.of(4, 4), Float32Array.of(4, 4)]);
    const steps = await peer.embeddingsOf(samples);
    expect(steps).toHaveLength(3 * 10 * 2);
    expect(steps[2 * 9 + 1]).toBe(0);
    expect(steps[2 * 10 + 1]).toBeCloseTo(0.5 / 4, 5);
    expect(steps[2 * 20 + 1]).toBe(0);
  });

  test('the score of a recording is its highest logit, also with a head that was read from a file', async () => {
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

describe('an evaluation that continues after it was stopped', () => {
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

  test('teaches only the sounds that were not taught before, and leaves out a sound that cannot be taught', async () => {
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

  test('scores each recording only once; the report has a line for ready sounds, and sounds of the same kind are no false alerts', async () => {
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
    // A report of the doorbell in a chime is no false alert, because both are of one kind; a report of the microwave is
    // a false alert.
    expect(lines[2]).toMatch(
      /^way, medium, all sounds: found 50\.0 % .* 2 of 4\) in the same room, .* 1 of 4\) false alerts/,
    );
    expect(lines[3]).toMatch(
      /^way, medium, ready sounds: found 100\.0 % .* 2 of 2\) in the same room, .* 1 of 1\) false/,
    );
    expect(tallyLines('way', await run())).toEqual(lines);
    expect(asked).toBe(11);
  });
});
