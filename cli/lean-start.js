// Plain JavaScript, like earshot.js: it runs before anything else does.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { isService } from './services.js';

const MARK = 'EARSHOT_LEAN';
/**
 * By default V8's young generation grows to 32 MB and uses four threads, and the C library keeps freed memory. A daemon that allocates
 * little needs none of that. These options must be set before the process starts. `gc` is for device/health/tidy-memory.ts.
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
 * Replaces this process by itself (same pid, same pipes) with smaller memory pools and with the code cache of an earlier start. Without
 * that cache the code that strips TypeScript stays in memory: 20 MB that a daemon does not need again. On Windows and on an older Node,
 * where a process cannot be replaced, it continues unchanged.
 */
export async function leanStart() {
  if (!isService(process.argv.slice(2))) return;
  if (process.env[MARK] || !process.execve || !module.flushCompileCache) return;
  // If no folder can be created (home-folder.ts), the command itself reports that.
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
  // Signals that came while files were loaded must be handled first, because the new program would never get them. Signals
  // are handled between two turns of the event loop.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  process.execve(process.execPath, args, environment);
}
