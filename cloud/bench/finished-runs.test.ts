import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FinishedRuns } from './finished-runs.ts';

test('a later command finds the report of a run with the same options, until the reports are cleared', () => {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-runs-'));
  const open = () => new FinishedRuns<{ notified: number }>(join(dir, 'below', 'storms.jsonl'));
  expect(open().find({ homes: 1, seed: 1 })).toBeNull();
  expect(open().keep({ homes: 1, seed: 1 }, { notified: 1 })).toEqual({ notified: 1 });
  open().keep({ homes: 1, seed: 2 }, { notified: 2 });
  expect(open().find({ homes: 1, seed: 2 })).toEqual({ notified: 2 });
  expect(open().find({ homes: 2, seed: 1 })).toBeNull();
  open().forget();
  expect(open().find({ homes: 1, seed: 1 })).toBeNull();
  rmSync(dir, { recursive: true });
});
