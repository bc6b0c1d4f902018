/**
 * Chooses TensorFlow.js's backend: libtensorflow where possible, otherwise WebAssembly. Reports which backend it is
 * and, for WebAssembly, why libtensorflow cannot be used.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { dirname } from 'node:path';
import { setUpNative } from './native-setup.ts';

export interface Backend {
  name: 'tensorflow' | 'wasm';
  /** Describes the backend in one line. */
  words: string;
}

const require = createRequire(import.meta.url);
const ALWAYS = new AbortController().signal;

/** Node 23 removed two helper functions that tfjs-node 4.22 still calls in every operation. */
function restoreRemovedHelpers(): void {
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null, isArray: Array.isArray });
  Object.assign(require('node:util'), { isNullOrUndefined: (value: unknown) => value == null, isArray: Array.isArray });
}

/**
 * Whether the backend computes correctly: a library may load and still compute wrongly. The gradient of a convolution
 * uses every part of the backend.
 */
function provesItself(): boolean {
  return tf.tidy(() => {
    const image: tf.Tensor4D = tf.ones([1, 4, 4, 1]);
    const gradient = tf.grad((kernel) => tf.sum(tf.conv2d(image, kernel as tf.Tensor4D, 1, 'same')));
    return gradient(tf.ones([3, 3, 1, 1])).dataSync()[4] === 16;
  });
}

async function startNative(say: (line: string) => void, signal: AbortSignal): Promise<Backend> {
  await setUpNative(say, signal);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  restoreRemovedHelpers();
  require('@tensorflow/tfjs-node');
  if (!(await tf.setBackend('tensorflow')) || !provesItself())
    throw new Error('libtensorflow gives a wrong result for a test computation');
  return { name: 'tensorflow', words: 'libtensorflow, native, fused LSTM' };
}

async function startWasm(reason: string): Promise<Backend> {
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  setThreadsCount(1);
  await tf.setBackend('wasm');
  const sum = tf.tidy(() => tf.sum(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))).dataSync()[0]);
  if (sum !== 12) throw new Error('the WebAssembly backend gives a wrong result for a test computation');
  return {
    name: 'wasm',
    words: `WebAssembly (dense and LSTM only, 7 to 14 times slower; the native backend cannot be used: ${reason})`,
  };
}

/**
 * Starts the WebAssembly backend. It is fast enough for trainings of seconds, and nothing must be downloaded or
 * compiled.
 */
export const initWasm = (): Promise<Backend> => startWasm('not needed');

export async function initBackend(
  say: (line: string) => void = () => undefined,
  signal: AbortSignal = ALWAYS,
): Promise<Backend> {
  if (process.env.EARSHOT_TFJS === 'wasm') return startWasm('EARSHOT_TFJS=wasm');
  try {
    return await startNative(say, signal);
  } catch (error) {
    signal.throwIfAborted();
    return startWasm(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}
