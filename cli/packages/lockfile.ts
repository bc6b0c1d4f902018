export interface LockedPackage {
  engines?: unknown;
  hasInstallScript?: boolean;
  gypfile?: boolean;
}

export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

/** From package.json: false for a package whose install script must not run. */
export type AllowScripts = Readonly<Record<string, boolean>>;

/**
 * Changes the lockfile so that `npm ci` works without warnings and without a compiler on npm 10 and later under Node 20 and later:
 * - it removes `hasInstallScript` from the packages that `allowScripts` forbids, because npm 10 does not know
 *   `allowScripts` and would run the script (onnxruntime-node's downloads CUDA, which fails without internet access);
 * - it adds `gypfile: false` to these packages: npm compiles a package that has a binding.gyp unless this field is false,
 *   and npm does not copy the field into the lockfile (better-sqlite3 brings its binaries; without Python and a compiler
 *   the install failed);
 * - it removes all `engines`, which npm compares with the Node that runs npm, while Earshot runs under the Node 24 of the dependency `node`.
 */
export function quietLockfile<File extends Lockfile>(lockfile: File, allowScripts: AllowScripts): File {
  const packages = Object.entries(lockfile.packages).map(([path, { engines: _, ...entry }]) => {
    if (allowScripts[packageName(path)] !== false) return [path, entry];
    const { hasInstallScript: _script, ...forbidden } = entry;
    return [path, { ...forbidden, gypfile: false }];
  });
  return { ...lockfile, packages: Object.fromEntries(packages) as File['packages'] };
}

/** "node_modules/a/node_modules/@scope/b": "@scope/b". */
const packageName = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
