import { expect, test } from '@jest/globals';
import { FairLimiter } from './fair-limiter.ts';

/**
 * A limiter with helpers: `inside` lists the requests in the order in which they were admitted, `come` starts a request, `leave` ends a
 * request.
 */
function door(places: number, placesAGroup: number) {
  const limiter = new FairLimiter(places, placesAGroup);
  const inside: string[] = [];
  const leaving = new Map<string, () => void>();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const come = async (name: string, group: string, isUrgent = false) => {
    void limiter.enter(group, isUrgent).then((leave) => {
      inside.push(name);
      leaving.set(name, leave);
    });
    await turn();
  };
  const leave = async (name: string) => {
    leaving.get(name)?.();
    await turn();
  };
  return { inside, come, leave };
}

test('requests are admitted at once up to the limit, and the rest in their order as running requests end', async () => {
  const { inside, come, leave } = door(2, 2);
  for (const name of ['a', 'b', 'c', 'd']) await come(name, name);
  expect(inside).toEqual(['a', 'b']);
  await leave('b');
  await leave('a');
  expect(inside).toEqual(['a', 'b', 'c', 'd']);
});

test('many requests from one home do not block another home', async () => {
  const { inside, come, leave } = door(10, 2);
  for (let n = 0; n < 100; n++) await come(`noisy ${n}`, 'noisy');
  await come('quiet', 'quiet');
  expect(inside).toEqual(['noisy 0', 'noisy 1', 'quiet']);
  await leave('noisy 0');
  expect(inside.at(-1)).toBe('noisy 2');
});

test('an urgent request is admitted before all waiting requests', async () => {
  const { inside, come, leave } = door(1, 1);
  await come('a', 'a');
  await come('b', 'b');
  await come('smoke', 'c', true);
  await leave('a');
  expect(inside).toEqual(['a', 'smoke']);
});
