import { expect, test } from '@jest/globals';
import { BatchedCalls } from './batched-calls.ts';

/** Records calls, and lets the test decide when each call ends. */
function calls() {
  const sent: string[][] = [];
  const ends: ((faults: (Error | null)[]) => void)[] = [];
  const batched = new BatchedCalls<string>(
    (items) => Math.min(3, items.length),
    (items) => {
      sent.push([...items]);
      return new Promise((resolve) => ends.push(resolve));
    },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { sent, ends, batched, turn };
}

test('a single item is sent at once', async () => {
  const { sent, batched, turn } = calls();
  void batched.add('a');
  await turn();
  expect(sent).toEqual([['a']]);
});

test('items that are added while two calls are in progress share the next call, up to its limit', async () => {
  const { sent, ends, batched, turn } = calls();
  void batched.add('a');
  await turn();
  void batched.add('b');
  await turn();
  for (const item of ['c', 'd', 'e', 'f']) void batched.add(item);
  await turn();
  expect(sent).toEqual([['a'], ['b']]);
  ends[0]?.([null]);
  await turn();
  expect(sent.slice(2)).toEqual([['c', 'd', 'e']]);
  ends[1]?.([null]);
  await turn();
  expect(sent.slice(3)).toEqual([['f']]);
});

test('when the call refuses one item, only that item fails', async () => {
  const { ends, batched, turn } = calls();
  const fates = Promise.allSettled(['a', 'b', 'c'].map((item) => batched.add(item)));
  await turn();
  ends[0]?.([null, new Error('b is refused'), null]);
  expect((await fates).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a failed call rejects all of its items, and later calls are still made', async () => {
  let calls = 0;
  const batched = new BatchedCalls<string>(
    () => 10,
    async (items) => {
      if (calls++ === 0) throw new Error('no connection');
      return items.map(() => null);
    },
  );
  const first = Promise.allSettled([batched.add('a'), batched.add('b')]);
  expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await batched.add('c');
  expect(calls).toBe(2);
});

test('a failed call is repeated item by item when `againAlone` is set', async () => {
  const sent: string[][] = [];
  const batched = new BatchedCalls<string, string>(
    10,
    async (items) => {
      sent.push([...items]);
      if (items.includes('poison')) throw new Error('no such letter');
      return items.map((item) => item.toUpperCase());
    },
    { againAlone: true },
  );
  const fates = await Promise.allSettled(['a', 'poison', 'b'].map((item) => batched.add(item)));
  expect(fates.map((fate) => (fate.status === 'fulfilled' ? fate.value : 'failed'))).toEqual(['A', 'failed', 'B']);
  expect(sent).toEqual([['a', 'poison', 'b'], ['a'], ['poison'], ['b']]);
});
