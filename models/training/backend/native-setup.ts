/**
 * Sets up libtensorflow for @tensorflow/tfjs-node. npm installs the package without its library: the package's install
 * script downloads from a host that closed networks cannot reach, so the root's `allowScripts` disables that script.
 * Here the library is taken from PyPI's `tensorflow-cpu` wheel, pinned by hash, and the addon's two source files are
 * compiled against node-api-headers. Everything is cached outside of node_modules, so `npm ci` does not delete it.
 * Linux x86_64; needs python3 with pip, and g++.
 */
import { execFile } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EarshotError } from '@earshot/shared/errors.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const TENSORFLOW = '2.15.1';
const WHEEL_SHA256 = '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26';
const KEEP = String.raw`tensorflow/(libtensorflow_(cc|framework)\.so\.2$|include/(tensorflow/c/|tensorflow/core/platform/ctstring|tsl/c/|tsl/platform/ctstring).*\.h$|.*LICENSE)`;

/** Extracts the two libraries and the C headers from the wheel: 587 MB of its 1.2 GB. */
const UNPACK = `
import os, re, shutil, sys, zipfile
keep = re.compile(r'${KEEP}')
with zipfile.ZipFile(sys.argv[1]) as z:
    for i in z.infolist():
        if not keep.match(i.filename): continue
        n = os.path.relpath(i.filename, 'tensorflow')
        p = os.path.join(sys.argv[2], 'lib/' + n if '.so' in n else n)
        os.makedirs(os.path.dirname(p), exist_ok=True)
        with z.open(i) as s, open(p, 'wb') as d: shutil.copyfileobj(s, d, 1 << 20)
`;

const nativeCache = (): string =>
  join(process.env.EARSHOT_CACHE ?? join(homedir(), '.cache', 'earshot'), `tfjs-node-${TENSORFLOW}`);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function unpackLibrary(to: string, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  if (await exists(join(to, '.complete'))) return;
  const scratch = await mkdtemp(join(tmpdir(), 'earshot-tf-'));
  // Rename the folder only when it is complete: two processes may set up the library at once, and one may be
  // interrupted.
  const unfinished = `${to}.${process.pid}`;
  try {
    say(`downloading tensorflow-cpu ${TENSORFLOW} from PyPI (207 MB, once)`);
    await writeFile(join(scratch, 'requirements.txt'), `tensorflow-cpu==${TENSORFLOW} --hash=sha256:${WHEEL_SHA256}\n`);
    await run(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '-q',
        '--disable-pip-version-check',
        '--no-deps',
        '--require-hashes',
        '--only-binary=:all:',
        '--implementation',
        'cp',
        '--python-version',
        '3.11',
        '--abi',
        'cp311',
        '--platform',
        'manylinux2014_x86_64',
        '-d',
        scratch,
        '-r',
        join(scratch, 'requirements.txt'),
      ],
      { signal },
    );
    const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip downloaded no wheel: see the output of pip above');
    await mkdir(unfinished, { recursive: true });
    await run('python3', ['-c', UNPACK, join(scratch, wheel), unfinished], { signal });
    await symlink('libtensorflow_cc.so.2', join(unfinished, 'lib', 'libtensorflow.so'));
    await symlink('libtensorflow_framework.so.2', join(unfinished, 'lib', 'libtensorflow_framework.so'));
    await writeFile(join(unfinished, '.complete'), '');
    await place(unfinished, to, () => exists(join(to, '.complete')));
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

/**
 * Moves a folder or a link to its final path, unless another process was faster: what that process put there may be in
 * use already, so it stays. An incomplete folder, or the one from npm, is replaced.
 */
export async function place(from: string, to: string, isThere: () => Promise<boolean>): Promise<void> {
  for (const isLastTry of [false, true]) {
    if (await isThere()) return rm(from, { recursive: true, force: true });
    try {
      return await rename(from, to);
    } catch (error) {
      if (isLastTry && !(await isThere())) throw error;
    }
    if (!(await isThere())) await rm(to, { recursive: true, force: true });
  }
  await rm(from, { recursive: true, force: true });
}

async function compileAddon(
  library: string,
  packageDir: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const addon = join(library, 'tfjs_binding-4.22.0.node');
  if (await exists(addon)) return addon;
  say('compiling the addon of tfjs-node');
  const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  // Rename the addon only when it is complete, so that an interrupted build leaves no incomplete addon.
  const unfinished = `${addon}.${process.pid}`;
  await run(
    process.env.CXX ?? 'g++',
    [
      '-shared',
      '-fPIC',
      '-O2',
      '-std=c++17',
      '-DNAPI_VERSION=8',
      `-I${headers}`,
      `-I${join(library, 'include')}`,
      join(packageDir, 'binding', 'tfjs_backend.cc'),
      join(packageDir, 'binding', 'tfjs_binding.cc'),
      '-o',
      unfinished,
      `-L${join(library, 'lib')}`,
      '-ltensorflow',
      '-ltensorflow_framework',
      '-Wl,-rpath,$ORIGIN/lib:$ORIGIN/../../deps/lib',
    ],
    { signal },
  );
  await rename(unfinished, addon);
  return addon;
}

/**
 * Sets up the library. When it is set up already, this takes at most half a second. Throws the reason when the library
 * cannot be set up on this machine.
 */
export async function setUpNative(say: (line: string) => void, signal: AbortSignal): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new EarshotError(
      'TRAINING',
      `libtensorflow can be set up only on linux x64; this machine is ${process.platform} ${process.arch}.`,
    );
  // Resolve only package.json: importing the package would load the addon, which does not exist yet.
  const packageDir = dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
  const installed = join(packageDir, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (await exists(installed)) return;
  const library = nativeCache();
  await unpackLibrary(library, say, signal);
  const addon = await compileAddon(library, packageDir, say, signal);
  await mkdir(dirname(installed), { recursive: true });
  const link = join(packageDir, `deps.${process.pid}`);
  await symlink(library, link);
  const deps = join(packageDir, 'deps');
  await place(link, deps, () =>
    readlink(deps).then(
      (target) => target === library,
      () => false,
    ),
  );
  const copy = `${installed}.${process.pid}`;
  await copyFile(addon, copy);
  await rename(copy, installed);
}
