import { writeFile } from 'node:fs/promises';
import { compileSpectrum } from './compile-spectrum.ts';

await writeFile(new URL('spectrum-wasm.ts', import.meta.url), await compileSpectrum());
