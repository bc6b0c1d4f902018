import { expect, test } from '@jest/globals';
import { Turnstile } from './turnstile.ts';

/** Everyone who comes, by name, in the order in which they got in; `leave` lets one out again. */
function door(places: number, placesAGroup: number) {
  const turnstile = new Turnstile(places, placesAGroup);
  const inside: string[] = [];
  const leaving = new Map<string, () => void>();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const come = async (name: string, group: string, isUrgent = false) => {
    void turnstile.enter(group, isUrgent).then((leave) => {
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

test('so many are in at once, the others follow in their order as places become free', async () => {
  const { inside, come, leave } = door(2, 2);
  for (const name of ['a', 'b', 'c', 'd']) await come(name, name);
  expect(inside).toEqual(['a', 'b']);
  await leave('b');
  await leave('a');
  expect(inside).toEqual(['a', 'b', 'c', 'd']);
});

test("one home's flood does not keep another home out", async () => {
  const { inside, come, leave } = door(10, 2);
  for (let n = 0; n < 100; n++) await come(`noisy ${n}`, 'noisy');
  await come('quiet', 'quiet');
  expect(inside).toEqual(['noisy 0', 'noisy 1', 'quiet']);
  await leave('noisy 0');
  expect(inside.at(-1)).toBe('noisy 2');
});

test('what is urgent goes before all that wait', async () => {
  const { inside, come, leave } = door(1, 1);
  await come('a', 'a');
  await come('b', 'b');
  await come('smoke', 'c', true);
  await leave('a');
  expect(inside).toEqual(['a', 'smoke']);
});
