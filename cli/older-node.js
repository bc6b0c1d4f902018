// Plain JavaScript on purpose: an older Node must be able to read this file.
import { spawn } from 'node:child_process';
import { isService } from './services.js';

/**
 * Runs the project's own Node 24 with the same arguments, passes signals on to it, and exits with its status. EARSHOT_STARTER is this
 * process's pid: the child stops when this process is killed (stop-on-signals.ts).
 */
export function runWithOwnNode(node, entry) {
  const asked = new Set();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let child = null;
  // The handlers are set before the child is started. A signal between the start and the handlers would end only this process, and
  // the child would run on until it notices.
  for (const name of names) {
    process.on(name, () => {
      asked.add(name);
      child?.kill(name);
    });
  }
  child = spawn(node, [entry, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, EARSHOT_STARTER: String(process.pid) },
  });
  child.on('error', (error) => {
    console.error(`INTERNAL: ${node} cannot be started: ${error.message}.`);
    process.exit(1);
  });
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status);
    // SIGTERM came before the child could catch it. The child had not begun any work, so this is a clean end.
    if (signal === 'SIGTERM' && asked.has(signal) && isService(process.argv.slice(2))) process.exit(0);
    for (const name of names) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
