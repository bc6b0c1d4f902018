import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** A page names a test file in back quotes, and after a colon some titles in quotes. */
const NAMED_TEST = /`([\w./-]+\.(?:test|contract)\.ts)`(?::((?: ?"[^"]+",?)+))?/g;

test.each(['PROOF.md', 'docs/threat-model.md', 'docs/learning.md'])('every test that %s names exists', (page) => {
  const missing: string[] = [];
  for (const [, path = '', titles = ''] of read(page).matchAll(NAMED_TEST)) {
    // Skip a name without a folder: the sentence around it says which file is meant.
    if (!path.includes('/')) continue;
    if (!existsSync(join(ROOT, path))) {
      missing.push(path);
      continue;
    }
    const code = read(path).replaceAll("\\'", "'");
    for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g))
      if (!code.includes(title)) missing.push(`${path}: "${title}"`);
  }
  expect(missing).toEqual([]);
});
