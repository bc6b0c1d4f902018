import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * An AssemblyScript source, and the TypeScript file that contains the compiled module. Paths are relative to `shared`.
 */
export interface WasmModule {
  source: string;
  output: string;
  constant: string;
}

export const WASM_MODULES: readonly WasmModule[] = [
  { source: 'features/assembly/spectrum.ts', output: 'features/spectrum-wasm.ts', constant: 'SPECTRUM_WASM' },
  { source: 'features/assembly/mel.ts', output: 'features/mel-wasm.ts', constant: 'MEL_WASM' },
  { source: 'cadence/assembly/bands.ts', output: 'cadence/bands-wasm.ts', constant: 'BANDS_WASM' },
];

const SHARED = fileURLToPath(new URL('..', import.meta.url));
const COMPILER = join(SHARED, '../node_modules/assemblyscript/bin/asc.js');
/** The modules need no allocator, because they compute in the memory that they get, and no assertions. */
const OPTIONS = '-O3 --noAssert --runtime stub --importMemory --noExportMemory --enable simd'.split(' ');

/** The text of the file `output`. The same source and compiler give the same text. */
export async function compileModule({ source, constant }: WasmModule): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-wasm-'));
  try {
    const binary = join(folder, 'module.wasm');
    const options = [join(SHARED, source), ...OPTIONS, '--outFile', binary];
    await promisify(execFile)(process.execPath, [COMPILER, ...options], { cwd: join(SHARED, '..') });
    const base64 = (await readFile(binary)).toString('base64');
    const name = source.slice(source.indexOf('assembly/'));
    return `/** ${name}, compiled by \`npm run wasm\`. */\nexport const ${constant} =\n  '${base64}';\n`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const outputOf = ({ output }: WasmModule): string => join(SHARED, output);
