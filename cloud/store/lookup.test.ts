import { expect, test } from '@jest/globals';
import { grouped, Lookup } from './lookup.ts';

function lengths() {
  const reads: string[][] = [];
  const lookup = new Lookup<number>(async (keys) => {
    reads.push([...keys]);
    return new Map(keys.filter((key) => key !== 'nothing').map((key) => [key, key.length]));
  });
  return { reads, lookup };
}

test('concurrent requests share one statement, which reads each key once', async () => {
  const { reads, lookup } = lengths();
  expect(await Promise.all(['a', 'bb', 'a', 'nothing'].map((key) => lookup.get(key)))).toEqual([1, 2, 1, undefined]);
  expect(reads).toEqual([['a', 'bb', 'nothing']]);
});

test('concurrent tasks also share their later reads, and rows that were read before are not read again', async () => {
  const { reads, lookup } = lengths();
  const story = async (first: string, second: string) => {
    await lookup.get(first);
    return lookup.get(second);
  };
  await Promise.all([story('a', 'bb'), story('ccc', 'a'), story('dddd', 'eeeee')]);
  expect(reads).toEqual([
    ['a', 'ccc', 'dddd'],
    ['bb', 'eeeee'],
  ]);
});

test('a failed read rejects all requests that shared it', async () => {
  const lookup = new Lookup(async () => Promise.reject(new Error('no connection')));
  const fates = await Promise.allSettled([lookup.get('a'), lookup.get('b')]);
  expect(fates.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('`grouped` groups rows by key and keeps their order; a key without rows gets an empty group', () => {
  const rows = [
    { home: 'b', n: 1 },
    { home: 'a', n: 2 },
    { home: 'b', n: 3 },
  ];
  expect([...grouped(['a', 'b', 'c'], rows, ({ home }) => home)]).toEqual([
    ['a', [rows[1]]],
    ['b', [rows[0], rows[2]]],
    ['c', []],
  ]);
});
