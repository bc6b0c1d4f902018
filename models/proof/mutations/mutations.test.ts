import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { CLOUD_MUTATIONS } from './cloud.ts';
import { DEVICE_MUTATIONS } from './device.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ALL = [...DEVICE_MUTATIONS, ...CLOUD_MUTATIONS];

// `npm run proof:mutations` takes an hour. This test shows at once when a refactoring has moved code that the proof
// removes.
test('the code of each protection occurs exactly once in its file, and the file of its test exists', () => {
  const lost = ALL.filter(({ file, find, test }) => {
    const occurrences = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1;
    return occurrences !== 1 || !existsSync(join(ROOT, test));
  });
  expect(lost.map(({ file, protection }) => `${file}: ${protection}`)).toEqual([]);
});

test('the table in PROOF.md has a row for each protection', () => {
  const page = readFileSync(join(ROOT, 'PROOF.md'), 'utf8');
  expect(ALL.map(({ protection }) => protection).filter((name) => !page.includes(`| ${name} `))).toEqual([]);
});
