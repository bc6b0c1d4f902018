import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const WEB = join(import.meta.dirname, '..');
export const DIST = join(WEB, 'dist');

/** Builds the app if a source file is newer than the last build, so that tests run on the current source. */
export function ensureBuilt(): void {
  const index = join(DIST, 'index.html');
  const builtMs = existsSync(index) ? statSync(index).mtimeMs : 0;
  const sources = ['src', 'service-worker', 'public', 'index.html', 'vite.config.js'].map((name) => join(WEB, name));
  if (sources.every((source) => newest(source) < builtMs)) return;
  const { status, stderr } = spawnSync(process.execPath, [join(WEB, 'build.js')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the app cannot be built: ${stderr}`);
}

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
