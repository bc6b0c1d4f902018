import { writeFile } from 'node:fs/promises';
import { compileModule, outputOf, WASM_MODULES } from './compile-module.ts';

for (const module of WASM_MODULES) await writeFile(outputOf(module), await compileModule(module));
