import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Decision, Head, LabelDecision, Manifest } from '@earshot/shared/contracts/release.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import {
  ATTRIBUTE_TYPE,
  encodeModel,
  ONNX_FLOAT,
  ONNX_INT64,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../../network/onnx-proto.ts';
import { keyIdOf, type TrustedKeys } from '../trusted-keys.ts';

const BANDS = DEVICE_FRONT_END.melBands;
const STACKED = BANDS * 2;
const HIDDEN = 4;
/**
 * The embedding consists of the mel bands of the input, followed by an LSTM's state, so that a test can choose the
 * frequency to which a head responds.
 */
const EMBEDDING = STACKED + HIDDEN;

export interface SyntheticHead {
  label: string;
  /** The mel band whose level this head's score follows. */
  band: number;
  threshold?: number;
  refractoryS?: number;
  holdS?: number;
  listenOnS?: number;
  /**
   * Weights of the head's decision. Default: only the short mean counts, so that a threshold of 0.5 means a mean score
   * of one half.
   */
  weights?: Record<string, number>;
  bias?: number;
}

export interface SyntheticRelease {
  dir: string;
  trustedKeys: TrustedKeys;
  manifest: Manifest;
}

/**
 * Writes a whole signed release of a few kilobytes for tests. Each head scores near 1 while its band is louder than
 * about -40 dBFS. The trunk contains a real LSTM with fixed weights, which changes the scores slightly, so that tests
 * notice a lost state.
 */
export async function writeSyntheticRelease(
  dir: string,
  heads: readonly SyntheticHead[],
  version = '2026-01-01.1',
): Promise<SyntheticRelease> {
  await mkdir(dir, { recursive: true });
  const put = async (file: string, bytes: Uint8Array) => {
    await writeFile(join(dir, file), bytes);
    return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const headEntries: Head[] = [];
  for (const { label, band, threshold = 0.5 } of heads) {
    const at = (level: number) => ({ threshold: level, perDay: 1, missRate: 0.01 });
    const levels = { low: at(Math.min(1, threshold * 1.2)), medium: at(threshold), high: at(threshold * 0.8) };
    headEntries.push({ ...(await put(`head-${label}.onnx`, headModel(band))), label, levels });
  }
  const decision = await put('decision.json', Buffer.from(JSON.stringify(syntheticDecision(heads))));
  const states = ['h', 'c'].map((name) => ({ name, shape: [1, 1, HIDDEN] }));
  const trunk = {
    ...(await put('trunk.onnx', trunkModel())),
    framesPerStep: 2,
    framesPerCall: 16,
    embedding: EMBEDDING,
    states,
  };
  const verifier = {
    ...(await put('verifier.onnx', headModel(0))),
    frontEnd: DEVICE_FRONT_END,
    clipS: 10,
    labels: [],
    levels: {},
  };
  const manifest: Manifest = {
    schema: 1,
    version,
    createdAt: '2026-01-01T00:00:00Z',
    seed: 1,
    frontEnd: DEVICE_FRONT_END,
    trunk,
    heads: headEntries,
    decision,
    verifier,
    golden: [],
  };
  return { dir, manifest, trustedKeys: await signManifest(dir, manifest) };
}

function syntheticDecision(heads: readonly SyntheticHead[]): Decision {
  // Scores are log-odds in decades, so with a weight of ln 10 the decision has the same log-odds.
  const ownScore = (label: string) => ({ [`score_${label}`]: Math.LN10 });
  const labels = heads.map(
    ({
      label,
      refractoryS = 10,
      holdS = 3,
      listenOnS,
      weights = ownScore(label),
      bias = 0,
    }): [string, LabelDecision] => [
      label,
      { bias, weights, floor: 0.4, refractoryS, holdS, listenOnS, burst: 6, refillS: 60 },
    ],
  );
  return {
    schema: 1,
    everySteps: 8,
    windows: { shortS: 0.2, recentS: 2, longS: 8, peakS: 3 },
    oddsLimit: 3,
    heardEveryS: 10,
    labels: Object.fromEntries(labels),
  };
}

/** Writes manifest.json, and a signature over its exact bytes that is made with a new key. */
export async function signManifest(dir: string, manifest: unknown): Promise<TrustedKeys> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  const bytes = Buffer.from(JSON.stringify(manifest, null, 2));
  const keyId = keyIdOf(raw);
  await writeFile(join(dir, 'manifest.json'), bytes);
  const signatures = [{ keyId, signature: sign(null, bytes, privateKey).toString('base64') }];
  await writeFile(join(dir, 'manifest.sig.json'), JSON.stringify({ signatures }));
  return [{ keyId, publicKey: raw.toString('base64'), owner: 'test' }];
}

function trunkModel(): Uint8Array {
  const odd = (length: number, scale: number) => Array.from({ length }, (_, i) => scale * Math.sin(i * 1.7 + 1));
  return model({
    input: [value('features', [1, 'frames', BANDS]), value('h', [1, 1, HIDDEN]), value('c', [1, 1, HIDDEN])],
    output: [
      value('embedding', [1, 'steps', EMBEDDING]),
      value('h_out', [1, 1, HIDDEN]),
      value('c_out', [1, 1, HIDDEN]),
    ],
    initializer: [
      int64s('stacked_shape', [1, -1, STACKED]),
      floats('W', [1, 4 * HIDDEN, STACKED], odd(4 * HIDDEN * STACKED, 0.02)),
      floats('R', [1, 4 * HIDDEN, HIDDEN], odd(4 * HIDDEN * HIDDEN, 0.5)),
      floats('B', [1, 8 * HIDDEN], odd(8 * HIDDEN, 0.2)),
      int64s('direction_axis', [1]),
    ],
    node: [
      node('Reshape', ['features', 'stacked_shape'], ['stacked']),
      node('Transpose', ['stacked'], ['sequence'], [ints('perm', [1, 0, 2])]),
      node('LSTM', ['sequence', 'W', 'R', 'B', '', 'h', 'c'], ['Y', 'h_out', 'c_out'], [int('hidden_size', HIDDEN)]),
      node('Squeeze', ['Y', 'direction_axis'], ['hidden_sequence']),
      node('Transpose', ['hidden_sequence'], ['hidden'], [ints('perm', [1, 0, 2])]),
      node('Concat', ['stacked', 'hidden'], ['embedding'], [int('axis', 2)]),
    ],
  });
}

/** In its band a tone at -40 dBFS has a log-mel value of about -1.5; a quiet room has less than -4. */
function headModel(band: number): Uint8Array {
  const weights = new Array<number>(EMBEDDING).fill(0);
  weights[band] = weights[BANDS + band] = 4;
  for (let i = STACKED; i < EMBEDDING; i++) weights[i] = 0.5;
  return model({
    input: [value('embedding', [1, 'steps', EMBEDDING])],
    output: [value('score', [1, 'steps', 1])],
    initializer: [floats('W', [EMBEDDING, 1], weights), floats('B', [1], [16])],
    node: [
      node('MatMul', ['embedding', 'W'], ['product']),
      node('Add', ['product', 'B'], ['logit']),
      node('Sigmoid', ['logit'], ['score']),
    ],
  });
}

const model = (graph: Omit<OnnxGraph, 'name' | 'valueInfo'>): Uint8Array =>
  encodeModel({
    irVersion: 8,
    producerName: 'earshot',
    opsetImport: [{ domain: '', version: 17 }],
    graph: { name: 'synthetic', valueInfo: [], ...graph },
  });

const node = (opType: string, input: string[], output: string[], attribute: OnnxAttribute[] = []): OnnxNode => ({
  name: output[0] as string,
  opType,
  input,
  output,
  attribute,
});
const int = (name: string, i: number): OnnxAttribute => ({ name, i, type: ATTRIBUTE_TYPE.int });
const ints = (name: string, values: number[]): OnnxAttribute => ({ name, ints: values, type: ATTRIBUTE_TYPE.ints });
const floats = (name: string, dims: number[], floatData: number[]): OnnxTensor => ({
  name,
  dims,
  dataType: ONNX_FLOAT,
  floatData,
});
const int64s = (name: string, int64Data: number[]): OnnxTensor => ({
  name,
  dims: [int64Data.length],
  dataType: ONNX_INT64,
  int64Data,
});
const value = (name: string, shape: (number | string)[]): OnnxValue => ({
  name,
  type: {
    tensorType: {
      elemType: ONNX_FLOAT,
      shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
    },
  },
});
