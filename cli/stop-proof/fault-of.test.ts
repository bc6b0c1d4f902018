import { expect, test } from '@jest/globals';
import { faultOf, type Stop } from './stop-at-moments.ts';

const GOOD: Stop = {
  service: 'cloud',
  signal: 'SIGTERM',
  atMs: 1,
  isCaught: true,
  end: 0,
  tookMs: 100,
  left: 0,
  said: '',
};

test.each<[string, Partial<Stop>, string | null]>([
  ['exit status 0', {}, null],
  ['ended by SIGTERM before Earshot ran', { end: 'SIGTERM', isCaught: false }, null],
  ['ended by SIGTERM although Earshot caught it', { end: 'SIGTERM' }, 'it ended with SIGTERM'],
  ['another exit status', { end: 1 }, 'it ended with 1'],
  ['too slow', { tookMs: 2_001 }, 'it took 2001 ms'],
  ['slow after SIGKILL', { signal: 'SIGKILL', end: 'SIGKILL', tookMs: 2_001 }, null],
  ['a process left behind', { left: 1 }, '1 processes were left behind'],
  ['still running', { end: 'nothing' }, 'it still ran after 20 s'],
])('%s: %j is judged "%s"', (_, given, fault) => expect(faultOf({ ...GOOD, ...given }, 2_000)).toBe(fault));
