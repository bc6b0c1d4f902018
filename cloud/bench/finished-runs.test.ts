import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FinishedRuns } from './finished-runs.ts';

test('a later command finds the report of the run with the same options, until it is forgotten', () => {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-runs-'));
  const open = () => new FinishedRuns<{ told: number }>(join(dir, 'below', 'storms.jsonl'));
  expect(open().find({ homes: 1, seed: 1 })).toBeNull();
  expect(open().keep({ homes: 1, seed: 1 }, { told: 1 })).toEqual({ told: 1 });
  open().keep({ homes: 1, seed: 2 }, { told: 2 });
  expect(open().find({ homes: 1, seed: 2 })).toEqual({ told: 2 });
  expect(open().find({ homes: 2, seed: 1 })).toBeNull();
  open().forget();
  expect(open().find({ homes: 1, seed: 1 })).toBeNull();
  rmSync(dir, { recursive: true });
});
