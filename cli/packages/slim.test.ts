import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isUnused, slim } from './slim.js';

const { platform, arch } = process;
const otherPlatform = platform === 'win32' ? 'linux' : 'win32';
const otherArch = arch === 'arm64' ? 'x64' : 'arm64';
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'earshot-slim-'));
});
afterEach(() => rm(root, { recursive: true }));

test.each([
  `onnxruntime-node/bin/napi-v6/${platform}/${arch}`,
  `onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
  'onnxruntime-node/dist/index.js',
  `better-sqlite3/prebuilds/${platform}-${arch}.node`,
  'better-sqlite3/lib/index.js',
  '@tensorflow/tfjs/dist/tf.node.js',
  '@tensorflow/tfjs/dist/index.d.ts',
  '@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.node.js',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  'node/bin/node',
  'aws-cdk-lib/index.js',
  'source-map/lib/source-map.js',
])('keeps %s', (path) => expect(isUnused(path)).toBe(false));

test.each([
  `onnxruntime-node/bin/napi-v6/${otherPlatform}`,
  `onnxruntime-node/bin/napi-v6/${platform}/${otherArch}`,
  `better-sqlite3/prebuilds/${otherPlatform}-${arch}.node`,
  `better-sqlite3/prebuilds/${platform}-${otherArch}.node`,
  '@tensorflow/tfjs/dist/tf.fesm.min.js',
  '@tensorflow/tfjs/dist/tf.js',
  '@tensorflow/tfjs-layers/dist/miniprogram',
  'fastify/dist/index.js.map',
])('removes %s', (path) => expect(isUnused(path)).toBe(true));

test('removes files and whole folders, and does not follow links out of node_modules', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'earshot-workspace-'));
  await writeFile(join(outside, 'own.js.map'), '');
  await symlink(outside, join(root, 'workspace'));
  for (const path of ['a/index.js', 'a/index.js.map', '@tensorflow/tfjs/dist/miniprogram/index.js']) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), '');
  }
  await slim(root);
  expect(await readdir(join(root, 'a'))).toEqual(['index.js']);
  expect(await readdir(join(root, '@tensorflow/tfjs/dist'))).toEqual([]);
  expect(await readdir(outside)).toEqual(['own.js.map']);
  await rm(outside, { recursive: true });
});
