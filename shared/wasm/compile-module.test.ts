import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { compileModule, outputOf, WASM_MODULES } from './compile-module.ts';

test.each(WASM_MODULES)('$output equals the compiled $source (if not: npm run wasm)', async (module) => {
  expect(await compileModule(module)).toBe(await readFile(outputOf(module), 'utf8'));
});
