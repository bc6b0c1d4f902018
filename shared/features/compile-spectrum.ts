import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILER = join(ROOT, 'node_modules/assemblyscript/bin/asc.js');
const SOURCE = join(ROOT, 'shared/features/assembly/spectrum.ts');
/** No allocator, no assertions: the module computes in the memory that it is given. */
const OPTIONS = '-O3 --noAssert --runtime stub --importMemory --noExportMemory --enable simd'.split(' ');

/** The text of spectrum-wasm.ts: assembly/spectrum.ts, compiled. The same source and compiler give the same text. */
export async function compileSpectrum(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-wasm-'));
  try {
    const output = join(folder, 'spectrum.wasm');
    await promisify(execFile)(process.execPath, [COMPILER, SOURCE, ...OPTIONS, '--outFile', output], { cwd: ROOT });
    const base64 = (await readFile(output)).toString('base64');
    return `/** assembly/spectrum.ts, compiled by \`npm run wasm\`. */\nexport const SPECTRUM_WASM =\n  '${base64}';\n`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
