export interface LockedPackage {
  engines?: unknown;
  hasInstallScript?: boolean;
}

export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

/** As in package.json: false for a package whose install script must not run. */
export type AllowScripts = Readonly<Record<string, boolean>>;

/**
 * The lockfile without two kinds of entries, so that `npm ci` is quiet and right with npm 10 and later, started from Node 20 or later:
 * - `hasInstallScript` of a package that `allowScripts` forbids. npm 10 does not know `allowScripts`, but it runs no script that the
 *   lockfile does not mention. (onnxruntime-node's script downloads CUDA, which fails on a closed network.)
 * - `engines`, which npm compares with the Node that runs npm. Everything here runs under the Node 24 of the dependency `node`.
 */
export function quietLockfile<File extends Lockfile>(lockfile: File, allowScripts: AllowScripts): File {
  const packages = Object.entries(lockfile.packages).map(([path, { engines: _, ...entry }]) => {
    if (allowScripts[packageName(path)] === false) delete entry.hasInstallScript;
    return [path, entry];
  });
  return { ...lockfile, packages: Object.fromEntries(packages) as File['packages'] };
}

/** "node_modules/a/node_modules/@scope/b": "@scope/b". */
const packageName = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
