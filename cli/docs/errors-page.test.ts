import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { errorsPage } from './errors-page.ts';

test('docs/errors.md matches the catalogue (npm run docs:errors)', async () => {
  expect(await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage());
});
