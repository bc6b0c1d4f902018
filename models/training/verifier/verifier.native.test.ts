import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { CADENCE_PATTERNS } from '@earshot/shared/contracts/candidate.ts';
import {
  EVIDENCE_SIZE,
  FIT_AT,
  GROUPS_AT,
  groupsValue,
  PATTERNS_AT,
  PROOF_AT,
  OLD_AT,
  REPEATED_AT,
  SCORES_AT,
  EARLY_AT,
  DIFFER_AT,
} from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { initBackend } from '../backend/init-backend.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import { NO, YES } from '../data/targets.ts';
import { VERIFIER_LABELS } from './example.ts';
import type { ExampleShard } from './example-store.ts';
import { withAllNamesFitted } from './all-names.ts';
import { deviceOperations, verifierOperations } from './operations.ts';
import { relationOf } from './relation.ts';
import { VerifierTrainer, verifierOnnx, type TrainedVerifier } from './trainer.ts';
import { neutral, WORDS } from './last-word.ts';
import { trainedUnits } from './unit-training.ts';
import { verifierWeightsOf } from './weights.ts';
import { HIDDEN, VERIFIER_FRONT_END, verifierLogits } from './network.ts';

const bands = VERIFIER_FRONT_END.melBands;
const labels = VERIFIER_LABELS.length;
/** 3 s. The network accepts any length, and short clips keep the tests fast. */
const FRAMES = 300;

beforeAll(async () => {
  const { name } = await initBackend();
  expect(name).toBe('tensorflow');
});

/** Two kinds of clips that are easy to separate: loud treble (smoke alarm), loud bass (nothing). */
function toyShard(examples: number): ExampleShard {
  const random = new Random('toy');
  const mels = new Int16Array(examples * FRAMES * bands);
  const targets = new Uint8Array(examples * labels).fill(NO);
  for (let example = 0; example < examples; example++) {
    const treble = example % 2 === 0;
    if (treble) targets[example * labels + VERIFIER_LABELS.indexOf('smoke_alarm')] = YES;
    for (let frame = 0; frame < FRAMES; frame++)
      for (let band = 0; band < bands; band++) {
        const loud = treble ? band > 50 : band < 30;
        mels[(example * FRAMES + frame) * bands + band] = 4_096 * (-4 + (loud ? 3 : 0) + 0.2 * random.normal());
      }
  }
  return {
    scenes: examples,
    frames: FRAMES,
    bands,
    steps: 1,
    labels: VERIFIER_LABELS,
    mels,
    targets,
    evidence: new Float32Array(examples * EVIDENCE_SIZE),
  };
}

const NAMES = [
  ...VERIFIER_LABELS,
  'corpus/speech',
  'Smoke detector, smoke alarm',
  'Speech',
  'Dog',
  'Shatter',
  'Silence',
];

/** A start without trained weights: the convolutional front is random. */
const toyStart = (): TrainedVerifier => ({
  tensors: new Map(),
  norm: { mean: new Float32Array(bands).fill(-3), scale: new Float32Array(bands).fill(0.7) },
  relation: relationOf(VERIFIER_LABELS, NAMES),
});

const near = (a: number, b = NaN): boolean => (a > b ? a - b : b - a) < 1e-4;

const trainer = async (steps: number, losses: number[] = [], checkpoint?: string, stopAt = Infinity) => {
  const controller = new AbortController();
  const path = checkpoint ?? join(await mkdtemp(join(tmpdir(), 'earshot-verifier-')), 'v.checkpoint');
  const options = {
    seed: 3,
    steps,
    batch: 4,
    peakRate: 2e-3,
    checkpoint: path,
    saveEvery: 4,
    signal: controller.signal,
    onStep: (step: number, _of: number, loss: number) => {
      losses.push(loss);
      if (step === stopAt) controller.abort();
    },
  };
  return new VerifierTrainer(options, toyStart(), [toyShard(8)]);
};

const SMOKE = VERIFIER_LABELS.indexOf('smoke_alarm');

/** Toy candidates that the device reported as this label. */
function toyCandidates(label: string): ExampleShard {
  const shard = toyShard(8);
  for (let at = 0; at < shard.scenes; at++) shard.evidence[at * EVIDENCE_SIZE + VERIFIER_LABELS.indexOf(label)] = 1;
  return shard;
}

interface Toys {
  label?: string;
  homes?: ExampleShard[];
  losses?: number[];
  /** The step after which the training is aborted. */
  stopAt?: number;
}

/** Trains units for a label on toy candidates. */
async function trainedOnToys(
  start: TrainedVerifier,
  folder: string,
  { label = 'smoke_alarm', homes = [], losses = [], stopAt = Infinity }: Toys = {},
): Promise<TrainedVerifier> {
  const controller = new AbortController();
  const options = {
    ...{ seed: 3, label, steps: 60, peakRate: 3e-2, folder, signal: controller.signal },
    onEmbedded: () => undefined,
    onStep: (step: number, _of: number, loss: number) => {
      losses.push(loss);
      if (step === stopAt) controller.abort();
    },
  };
  return trainedUnits(options, start, [toyShard(4)], { played: [toyCandidates(label)], homes });
}

function anyFeatures(): Float32Array {
  const random = new Random('any features');
  return Float32Array.from({ length: FRAMES * bands }, () => random.uniform(-6, 2));
}

/** The network's word on one clip: one number per label. `measured`: the evidence that is 1; all other is 0. */
async function judged(verifier: TrainedVerifier, features: Float32Array, measured: number[] = []): Promise<number[]> {
  const evidence = Float32Array.from({ length: EVIDENCE_SIZE }, (_, at) => Number(measured.includes(at)));
  const session = await InferenceSession.create(verifierOnnx(verifier, { withWords: true }));
  const { network } = await session.run({
    features: new Tensor('float32', features, [1, FRAMES, bands]),
    evidence: new Tensor('float32', evidence, [1, EVIDENCE_SIZE]),
  });
  await session.release();
  return [...(network?.data as Float32Array)];
}

describe('the verifier', () => {
  test('the ONNX verifier gives the same scores as TensorFlow.js, to 1e-4', async () => {
    const trained = await (await trainer(2)).run();
    const session = await InferenceSession.create(verifierOnnx(trained), { intraOpNumThreads: 1 });
    const random = new Random('parity');
    const frames = 400;
    const features = Float32Array.from({ length: 2 * frames * bands }, () => random.uniform(-6, 2));
    const evidence = Float32Array.from({ length: 2 * EVIDENCE_SIZE }, () => random.next());
    const { scores } = await session.run({
      features: new Tensor('float32', features, [2, frames, bands]),
      evidence: new Tensor('float32', evidence, [2, EVIDENCE_SIZE]),
    });
    const weights = Object.fromEntries(
      [...trained.tensors].map(([name, { shape, data }]) => [name, tf.variable(tf.tensor(data, shape))]),
    );
    const expected = tf.tidy(() => {
      const normalised = tf.mul(
        tf.sub(tf.tensor3d(features, [2, frames, bands]), trained.norm.mean),
        trained.norm.scale,
      ) as tf.Tensor3D;
      return tf.sigmoid(verifierLogits(weights, normalised, tf.tensor2d(evidence, [2, EVIDENCE_SIZE]))).dataSync();
    });
    const found = scores?.data as Float32Array;
    found.forEach((score, i) => expect(Math.abs(score - (expected[i] ?? 9))).toBeLessThan(1e-4));
    await session.release();
  });

  test('the score is the weighted sum of its inputs; the inputs of device and rhythm count only for the reported label', async () => {
    const trained = await (await trainer(2)).run();
    const all = (value: number): Float32Array => new Float32Array(labels).fill(value);
    const weights = {
      network: all(0.5),
      own: all(0.3),
      other: all(-0.2),
      allNames: all(0.8),
      device: all(2),
      rhythm: all(0.7),
      proof: all(3),
      repeated: all(-1.5),
      differ: all(-1.2),
      old: all(-2),
      early: all(-1),
      bias: all(-0.3),
    };
    const random = new Random('judged');
    const frames = 400;
    const features = Float32Array.from({ length: frames * bands }, () => random.uniform(-6, 2));
    const evidence = new Float32Array(EVIDENCE_SIZE);
    evidence[SCORES_AT] = 0.9;
    evidence[PATTERNS_AT + CADENCE_PATTERNS.indexOf('t4')] = 1;
    evidence[GROUPS_AT] = groupsValue(3);
    evidence[FIT_AT] = 0.8;
    evidence[PROOF_AT] = 0.6;
    evidence[REPEATED_AT] = 1;
    evidence[EARLY_AT] = 1;
    evidence[DIFFER_AT] = 0.4;
    const session = await InferenceSession.create(verifierOnnx(trained, { weights, withWords: true }));
    const outputs = await session.run({
      features: new Tensor('float32', features, [1, frames, bands]),
      evidence: new Tensor('float32', evidence, [1, EVIDENCE_SIZE]),
    });
    await session.release();
    const of = (name: string): Float32Array => outputs[name]?.data as Float32Array;
    const logit = (p: number): number => Math.log(p / (1 - p));
    of('scores').forEach((score, label) => {
      expect(of('device')[label]).toBeCloseTo(label === 0 ? logit(0.9) : 0, 4);
      // The evidence has three groups, two of them repetitions, with a fit of 0.8.
      expect(of('rhythm')[label]).toBeCloseTo(KNOWN_LABELS[label] === 'co_alarm' ? 2 : 0, 4);
      expect(of('proof')[label]).toBeCloseTo(KNOWN_LABELS[label] === 'co_alarm' ? 0.6 : 0, 4);
      expect(of('differ')[label]).toBeCloseTo(KNOWN_LABELS[label] === 'co_alarm' ? 0.4 : 0, 4);
      expect(of('repeated')[label]).toBe(KNOWN_LABELS[label] === 'co_alarm' ? 1 : 0);
      expect(of('early')[label]).toBe(KNOWN_LABELS[label] === 'smoke_alarm' ? 1 : 0);
      const sum = WORDS.reduce((total, word) => total + (weights[word][label] ?? 0) * (of(word)[label] ?? 0), -0.3);
      expect(logit(score)).toBeCloseTo(sum, 3);
    });
  });

  test('a sound that was there before counts less, but not one in a standard’s rhythm', async () => {
    const trained = await (await trainer(2)).run();
    const session = await InferenceSession.create(verifierOnnx(trained, { withWords: true }));
    const oldOf = async (repeated: number): Promise<number | undefined> => {
      const evidence = new Float32Array(EVIDENCE_SIZE);
      evidence[OLD_AT] = 0.8;
      evidence[REPEATED_AT] = repeated;
      const { old } = await session.run({
        features: new Tensor('float32', new Float32Array(400 * bands), [1, 400, bands]),
        evidence: new Tensor('float32', evidence, [1, EVIDENCE_SIZE]),
      });
      return (old?.data as Float32Array)[0];
    };
    expect(await oldOf(0)).toBeCloseTo(0.8, 6);
    expect(await oldOf(1)).toBe(0);
    await session.release();
  });

  test('in a training with a frozen convolutional front, only the other weights change', async () => {
    const start = await (await trainer(2)).run();
    const options = { seed: 3, steps: 4, batch: 4, peakRate: 2e-3 };
    const checkpoint = join(await mkdtemp(join(tmpdir(), 'earshot-verifier-')), 'v.checkpoint');
    const { tensors } = await new VerifierTrainer({ ...options, checkpoint }, start, [toyShard(8)]).run();
    const isSame = (name: string): boolean => {
      const before = start.tensors.get(name)?.data ?? [];
      return tensors.get(name)?.data.every((value, i) => value === before[i]) === true;
    };
    const names = ['front3/kernel', 'names/bias', 'score/kernel', 'forward/kernel'];
    expect(names.map((name) => [name, isSame(name)])).toEqual([
      ['front3/kernel', true],
      ['names/bias', true],
      ['score/kernel', false],
      ['forward/kernel', false],
    ]);
  });

  test('own units learn the chosen labels from the embeddings of candidates, and no other score changes', async () => {
    const start = await (await trainer(2)).run();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-units-'));
    const losses: number[] = [];
    const trained = await trainedOnToys(start, folder, { losses });
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
    const [before, after] = await Promise.all([start, trained].map((verifier) => judged(verifier, anyFeatures())));
    const changed = VERIFIER_LABELS.filter((_, label) => before?.[label] !== after?.[label]);
    expect(changed).toEqual(['smoke_alarm']);
    // A second training replaces the units of the first.
    const again = await trainedOnToys(trained, folder);
    expect(again.tensors.get('hidden/bias')?.shape).toEqual(trained.tensors.get('hidden/bias')?.shape);
    expect(trained.tensors.get('hidden/bias')?.shape).not.toEqual(start.tensors.get('hidden/bias')?.shape);
  });

  test('units for another label leave the score of the first one as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-units-'));
    const smoke = await trainedOnToys(await (await trainer(2)).run(), folder);
    const both = await trainedOnToys(smoke, folder, { label: 'glass_break' });
    const [before, after] = await Promise.all([smoke, both].map((verifier) => judged(verifier, anyFeatures())));
    const changed = VERIFIER_LABELS.filter((_, label) => !near(before?.[label] as number, after?.[label]));
    expect(changed).toEqual(['glass_break']);
  });

  test('what the device reports on days in homes without an alarm lowers the score of such sounds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-units-'));
    const start = await (await trainer(2)).run();
    const day = toyCandidates('smoke_alarm');
    for (let at = 0; at < day.scenes; at++) day.targets[at * VERIFIER_LABELS.length + SMOKE] = NO;
    const homes = Array.from({ length: 30 }, () => day);
    const scoreOf = async (verifier: TrainedVerifier) => (await judged(verifier, anyFeatures(), [SMOKE]))[SMOKE];
    const [without, withDays] = [await trainedOnToys(start, folder), await trainedOnToys(start, folder, { homes })];
    expect(await scoreOf(withDays)).toBeLessThan((await scoreOf(without)) as number);
  });

  test('own units do not count evidence that never varied in training, and are off when a rhythm has repeated', async () => {
    const start = await (await trainer(2)).run();
    const trained = await trainedOnToys(start, await mkdtemp(join(tmpdir(), 'earshot-units-')));
    /** By how much the training changed the score for smoke alarms with this evidence. */
    const change = async (...measured: number[]): Promise<number> => {
      const of = async (verifier: TrainedVerifier) =>
        (await judged(verifier, anyFeatures(), measured))[SMOKE] as number;
      return (await of(trained)) - (await of(start));
    };
    const usual = await change(SMOKE);
    expect(Math.abs(usual)).toBeGreaterThan(0.1);
    for (const pattern of CADENCE_PATTERNS.keys())
      expect(near(await change(SMOKE, PATTERNS_AT + pattern), usual)).toBe(true);
    expect(near(await change(SMOKE, REPEATED_AT), 0)).toBe(true);
  });

  test('a full training goes on from a verifier with own units', async () => {
    const wide = await trainedOnToys(await (await trainer(2)).run(), await mkdtemp(join(tmpdir(), 'earshot-units-')));
    const options = {
      seed: 5,
      steps: 1,
      batch: 2,
      peakRate: 1e-3,
      checkpoint: join(await mkdtemp(join(tmpdir(), 'earshot-wide-')), 'v'),
    };
    const trained = await new VerifierTrainer(options, wide, [toyShard(4)]).run();
    expect(trained.tensors.get('hidden/bias')?.shape).toEqual([HIDDEN]);
  });

  test('a verifier with own units is read from its graph as it was written', async () => {
    const wide = await trainedOnToys(await (await trainer(2)).run(), await mkdtemp(join(tmpdir(), 'earshot-units-')));
    const onnx = verifierOnnx(wide);
    expect(Buffer.compare(verifierOnnx(verifierWeightsOf(onnx)), onnx)).toBe(0);
  });

  describe('all names together', () => {
    /** The verifier with the sum of all names for smoke alarms, fitted to this many shards of eight candidates. */
    const withNames = async (
      start: TrainedVerifier,
      shards: number,
      changed: { isAskedFor?: boolean; homes?: ExampleShard[] } = {},
    ): Promise<TrainedVerifier> => {
      const options = {
        label: 'smoke_alarm',
        isAskedFor: false,
        seed: 3,
        folder: await mkdtemp(join(tmpdir(), 'earshot-names-')),
        signal: new AbortController().signal,
        onEmbedded: () => undefined,
      };
      const played = Array.from({ length: shards }, () => toyCandidates('smoke_alarm'));
      return withAllNamesFitted({ ...options, ...changed }, start, { played, homes: changed.homes ?? [] });
    };
    /** All outputs for the first two toy clips: an alarm (treble) and none (bass). */
    const outputsOf = async (verifier: TrainedVerifier, weights = neutral(labels)) => {
      const { mels } = toyShard(2);
      const session = await InferenceSession.create(verifierOnnx(verifier, { weights, withWords: true }));
      const outputs = await session.run({
        features: new Tensor(
          'float32',
          Float32Array.from(mels, (mel) => mel / 4_096),
          [2, FRAMES, bands],
        ),
        evidence: new Tensor('float32', new Float32Array(2 * EVIDENCE_SIZE), [2, EVIDENCE_SIZE]),
      });
      await session.release();
      return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
    };

    test('raise the score of real candidates of one label, lower that of false ones, and change no other output', async () => {
      const start = await (await trainer(2)).run();
      const [before, after] = [await outputsOf(start), await outputsOf(await withNames(start, 10))];
      const { allNames = [], ...others } = after;
      expect(allNames[SMOKE]).toBeGreaterThan(0.1);
      expect(allNames[labels + SMOKE]).toBeLessThan(-0.1);
      expect(allNames.filter((_, at) => at % labels !== SMOKE).every((sum) => sum === 0)).toBe(true);
      expect({ ...others, scores: null }).toEqual({ ...before, allNames: undefined, scores: null });
    });

    test('with fewer than 20 real candidates are not fitted, which is an error when the label was asked for', async () => {
      const start = await (await trainer(2)).run();
      // Each shard has four real and four false candidates.
      const { allNames } = await outputsOf(await withNames(start, 4));
      expect(allNames).toEqual(new Array(2 * labels).fill(0));
      await expect(withNames(start, 4, { isAskedFor: true })).rejects.toThrow(/16 real and 16 false ones/);
    });

    test('are fitted to the candidates of days in homes as well', async () => {
      const start = await (await trainer(2)).run();
      const treble = toyCandidates('smoke_alarm');
      for (let at = 0; at < treble.scenes; at++) treble.targets[at * labels + SMOKE] = NO;
      const homes = new Array<ExampleShard>(40).fill(treble).map((shard) => ({ ...shard }));
      const sumOf = async (verifier: TrainedVerifier) => (await outputsOf(verifier))['allNames']?.[SMOKE] as number;
      expect(await sumOf(await withNames(start, 10, { homes }))).toBeLessThan(await sumOf(await withNames(start, 10)));
    });

    test('are added to the score with their weight, and at most 3 nats of them', async () => {
      const start = await (await trainer(2)).run();
      const kernel = new Float32Array(NAMES.length * labels);
      const bias = Float32Array.from({ length: labels }, (_, label) => label - 3.5);
      const tensors = new Map(start.tensors)
        .set('allNames/kernel', { shape: [NAMES.length, labels], data: kernel })
        .set('allNames/bias', { shape: [labels], data: bias });
      const { allNames, scores, network } = await outputsOf({ ...start, tensors });
      const counted = [...bias].map((sum) => Math.max(-3, Math.min(3, sum)));
      expect(allNames).toEqual([...counted, ...counted]);
      const weights = { ...neutral(labels), allNames: new Float32Array(labels).fill(0.5) };
      const added = await outputsOf({ ...start, tensors }, weights);
      const logit = (p: number): number => Math.log(p / (1 - p));
      added['scores']?.forEach((score, at) =>
        expect(logit(score)).toBeCloseTo((network?.[at] as number) + 0.5 * (counted[at % labels] as number), 3),
      );
      expect(scores).not.toEqual(added['scores']);
    });

    test('are read from the graph as they were written, and a second fit replaces the first', async () => {
      const once = await withNames(await (await trainer(2)).run(), 10);
      const onnx = verifierOnnx(once);
      expect(Buffer.compare(verifierOnnx(verifierWeightsOf(onnx)), onnx)).toBe(0);
      expect(Buffer.compare(verifierOnnx(await withNames(once, 10)), onnx)).toBe(0);
    });
  });

  test('embeddings are stored again for another norm, and not for other own units', async () => {
    const start = await (await trainer(2)).run();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-units-'));
    const wide = await trainedOnToys(start, folder);
    await trainedOnToys(wide, folder);
    expect(await readdir(folder)).toHaveLength(1);
    await trainedOnToys({ ...start, norm: { ...start.norm, mean: start.norm.mean.map((mean) => mean + 1) } }, folder);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test('a training of own units that was killed does not compute its embeddings again, and gives the same weights', async () => {
    const start = await (await trainer(2)).run();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-units-'));
    await expect(trainedOnToys(start, folder, { stopAt: 10 })).rejects.toThrow(/abort/);
    const [kept] = await readdir(folder);
    const files = await readdir(join(folder, kept as string));
    const ages = () => Promise.all(files.map(async (file) => (await stat(join(folder, kept as string, file))).mtimeMs));
    const before = await ages();
    const resumed = await trainedOnToys(start, folder);
    expect(await ages()).toEqual(before);
    const whole = await trainedOnToys(start, await mkdtemp(join(tmpdir(), 'earshot-units-')));
    for (const [name, { data }] of whole.tensors) expect(resumed.tensors.get(name)?.data).toEqual(data);
  });

  test('weights that are read from a verifier graph give exactly the same graph when they are written again', async () => {
    const onnx = verifierOnnx(await (await trainer(1)).run());
    expect(Buffer.compare(verifierOnnx(verifierWeightsOf(onnx)), onnx)).toBe(0);
  });

  test('the verifier learns two kinds of clips that are easy to separate', async () => {
    const losses: number[] = [];
    await (await trainer(40, losses)).run();
    const mean = (of: number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.5 * mean(losses.slice(0, 5)));
  });

  test('a stopped training continues from its checkpoint and gives the same weights as an uninterrupted one', async () => {
    const checkpoint = join(await mkdtemp(join(tmpdir(), 'earshot-resume-')), 'v.checkpoint');
    await expect((await trainer(6, [], checkpoint, 5)).run()).rejects.toThrow(/abort/);
    const rest: number[] = [];
    const resumed = await (await trainer(6, rest, checkpoint)).run();
    expect(rest).toHaveLength(2);
    const whole = await (await trainer(6)).run();
    for (const [name, { data }] of whole.tensors) {
      const other = resumed.tensors.get(name)?.data ?? new Float32Array();
      expect(data.findIndex((value, i) => !near(value, other[i]))).toBe(-1);
    }
  });

  test('the verifier is under 8 MB, and computes at least fifteen times as much as the device network', async () => {
    const onnx = verifierOnnx(await (await trainer(1)).run());
    expect(onnx.length).toBeLessThan(8_000_000);
    const shape = { labels, evidence: EVIDENCE_SIZE, names: 700 };
    expect(verifierOperations(shape) / deviceOperations(DEVICE_SHAPE, labels)).toBeGreaterThanOrEqual(15);
  });
});
