#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node must be able to read this file and hand over to the Node 24 of the project.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isService } from './services.js';

// ONNX Runtime would log its use in the home folder and send the log to its maker. Earshot sends no usage data.
process.env.ORT_DISABLE_TELEMETRY = '1';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  // Node compiles each file once and keeps the result for later starts: a third less CPU and 28 MB less memory. Worker threads read the
  // variable too. If the folder cannot be written, Earshot runs without this cache.
  const { enableCompileCache } = await import('node:module');
  process.env.NODE_COMPILE_CACHE ??= join(process.env.EARSHOT_CACHE ?? join(homedir(), '.cache', 'earshot'), 'code');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const words = process.argv.slice(2);
  const { ProcessSignals } = await import('./stop-on-signals.ts');
  const signals = new ProcessSignals(isService(words));
  signals.listen();
  if (words[0] === 'device') await (await import('./lean-start.js')).leanStart();
  const starter = process.env.EARSHOT_STARTER;
  // The variables are for this process, not for its children.
  delete process.env.EARSHOT_STARTER;
  if (starter) signals.stopWithStarter(Number(starter));
  const { main } = await import('./main.ts');
  await main(words, signals.stopSignal);
} else {
  const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(own)) {
    console.error(
      `USAGE: Earshot needs Node 24, but this is Node ${process.version}. Run \`npm ci\` in the project: it installs Node 24 for Earshot.`,
    );
    process.exit(2);
  }
  (await import('./older-node.js')).runWithOwnNode(own, fileURLToPath(import.meta.url));
}
