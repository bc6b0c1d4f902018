import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Removes from node_modules what no program of this project reads: half of its size. npm runs it at the end of `npm ci` (`prepare`).
 * `npm ci` brings everything back. Plain JavaScript, because `prepare` must run on whichever Node is there.
 */

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const { platform, arch } = process;

/** Paths below node_modules. When a folder matches, it is removed with its content. */
const UNUSED = [
  // Only debuggers read source maps.
  /\.map$/,
  // Builds of ONNX Runtime and SQLite for other platforms: one package contains them all.
  new RegExp(`^onnxruntime-node/bin/napi-v\\d+/(?!${platform}$)[^/]+$`),
  new RegExp(`^onnxruntime-node/bin/napi-v\\d+/${platform}/(?!${arch}$)[^/]+$`),
  new RegExp(`^better-sqlite3/prebuilds/(?!${platform}(musl)?-${arch}\\.)[^/]+$`),
  // Only a build from source needs SQLite's source and Node's headers (the native TensorFlow is built with node-api-headers).
  /^better-sqlite3\/deps$/,
  /^node\/node_modules\/[^/]+\/include$/,
  // TensorFlow.js as bundles for browsers and for mini programs; Node loads *.node.js.
  /^@tensorflow\/[^/]+\/dist\/miniprogram$/,
  /^@tensorflow\/[^/]+\/dist\/tf(-[a-z]+)*(\.(es2017|fesm))?(\.min)?\.js(\.html)?$/,
  // AssemblyScript uses Binaryen as a library, not its command-line programs.
  /^binaryen\/bin$/,
  // The CDK's description for languages other than JavaScript.
  /^aws-cdk-lib\/\.jsii(\.tabl\.json)?\.gz$/,
];

/** @param {string} path below node_modules, with slashes */
export const isUnused = (path) => UNUSED.some((pattern) => pattern.test(path));

/** Removes what is unused below `root`. Symbolic links (the workspaces) are not followed. */
export async function slim(root, below = '') {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (isUnused(path)) await rm(join(root, path), { recursive: true });
      else if (entry.isDirectory()) await slim(root, path);
    }),
  );
}

const isThere = await lstat(NODE_MODULES).then(
  (found) => found.isDirectory(),
  () => false,
);
if (process.argv[1] === fileURLToPath(import.meta.url) && isThere) await slim(NODE_MODULES);
