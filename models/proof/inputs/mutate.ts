/** Turns a valid input into an invalid or unusual one. The same random numbers give the same mutation. */
type Random = () => number;

/** Values that programs often fail to expect. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  0.1,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "'; drop table homes; --",
  '9999-12-31T23:59:59.999Z',
  'x'.repeat(20_000),
  [],
  {},
  JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}'),
];

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** Makes a copy in which one value, key or list is replaced. */
export function mutateValue(random: Random, value: unknown): unknown {
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || random() < 0.2) return nested(random, pick(random, ODD));
  const keys = Object.keys(value);
  if (keys.length === 0) return isList ? Array<number>(2_000).fill(1) : { unknown: pick(random, ODD) };
  const key = pick(random, keys);
  const rest = Object.entries(value).filter(([name]) => name !== key);
  const old = (value as Record<string, unknown>)[key];
  const entries: [string, unknown][] =
    random() < 0.2 ? rest : [...rest, [random() < 0.1 ? `${key}\u200b` : key, mutateValue(random, old)]];
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function nested(random: Random, value: unknown): unknown {
  if (random() > 0.03) return value;
  let deep = value;
  for (let level = 0; level < 2_000; level++) deep = [deep];
  return deep;
}

/** Makes a copy with flipped bits, or one that is cut short, or one in which a part is repeated. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = Math.floor(random() * bytes.length);
  const kind = random();
  if (kind < 0.2) return bytes.slice(0, at);
  if (kind < 0.3) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at >> 1)]);
  const copy = bytes.slice();
  // Half of the flips are in the first bytes, where lengths and formats are stated.
  for (let flips = 0; flips < 1 + random() * 8; flips++) {
    const place =
      random() < 0.5 ? Math.floor(random() * Math.min(64, copy.length)) : Math.floor(random() * copy.length);
    if (copy.length > 0) copy[place] = (copy[place] as number) ^ (1 << Math.floor(random() * 8));
  }
  return copy;
}
