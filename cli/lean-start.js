// Plain JavaScript, like earshot.js: it runs before anything else does.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { isService } from './services.js';

const MARK = 'EARSHOT_LEAN';
/**
 * The engine's young generation grows to 32 MB for speed, it keeps four threads, and the C library keeps what it was given back; a daemon
 * that allocates little needs none of it. All of this can only be set before the process starts. `gc` is for health/tidy-memory.ts.
 */
const FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=96',
  '--v8-pool-size=1',
  '--optimize-for-size',
  '--expose-gc',
];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_MMAP_THRESHOLD_: '32768' };

/**
 * Starts this very process anew (same pid, same pipes) with less memory: small pools, and code that was compiled by an earlier start.
 * Without that code the compiler of TypeScript stays in memory for good: 20 MB that a daemon never needs again.
 * Where a process cannot be replaced (Windows, an older Node) it goes on as it is.
 */
export async function leanStart() {
  if (!isService(process.argv.slice(2))) return;
  if (process.env[MARK] || !process.execve || !module.flushCompileCache) return;
  // Where no folder can ever be made (home-folder.ts), the command says so itself.
  if (process.env.EARSHOT_HOME?.startsWith('/proc/')) return;
  const compiled = join(process.env.EARSHOT_HOME ?? '.earshot', 'device', 'compiled');
  if (!existsSync(compiled)) {
    module.enableCompileCache(compiled);
    await Promise.all(
      ['./main.ts', './commands/device.ts', '../device/commands/listen.ts'].map((file) => import(file)),
    );
    module.flushCompileCache();
  }
  const args = [process.execPath, ...FLAGS, ...process.execArgv, ...process.argv.slice(1)];
  const environment = { ...process.env, ...ENVIRONMENT, [MARK]: '1', NODE_COMPILE_CACHE: compiled };
  process.execve(process.execPath, args, environment);
}
