/**
 * Just enough of a WebAssembly assembler to write one function over two doubles at a time (128-bit SIMD, which every engine that we run on
 * has): expressions are the bytes that leave a value on the stack, statements those that leave none.
 */
export type Code = readonly number[];

const SIMD = 0xfd;
const I32 = 0x7f;
const V128 = 0x7b;
const VOID = 0x40;

/** LEB128, the numbers of WebAssembly. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest >= -64 && rest < 64) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const simd =
  (opcode: number) =>
  (...operands: Code[]): Code => [...operands.flat(), SIMD, ...unsigned(opcode)];
/** Natural alignment is only a hint: no promise is made. */
const at = (offset: number): number[] => [0, ...unsigned(offset)];
const access = (opcode: number, address: Code, offset: number): Code => [
  ...address,
  SIMD,
  ...unsigned(opcode),
  ...at(offset),
];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const int = (value: number): Code => [0x41, ...signed(value)];
export const plus = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const minus = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const step = (local: number, by: number): Code => set(local, plus(get(local), int(by)));
export const loadInt = (address: Code): Code => [...address, 0x28, 2, 0];

/** Runs `body` until `local` has reached `end`; at least once. */
export const until = (local: number, end: Code, body: readonly Code[]): Code => [
  0x03,
  VOID,
  ...body.flat(),
  ...get(local),
  ...end,
  0x48,
  0x0d,
  0,
  0x0b,
];

export const add = simd(0xf0);
export const sub = simd(0xf1);
export const mul = simd(0xf2);
export const sqrt = simd(0xef);
export const abs = simd(0xec);
/** The same double in both lanes. */
export const both = (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer), SIMD, 0x14];
/** The lower two of four floats, as doubles, and back. */
export const toDoubles = simd(0x5f);
export const toFloats = simd(0x5e);

export const load = (address: Code, offset = 0): Code => access(0x00, address, offset);
export const store = (address: Code, value: Code, offset = 0): Code => [
  ...address,
  ...value,
  SIMD,
  ...unsigned(0x0b),
  ...at(offset),
];
/** One double, twice. */
export const loadBoth = (address: Code, offset = 0): Code => access(0x0a, address, offset);
/** Two floats from each of two places: a0, a1, b0, b1. */
export const loadPairs = (a: Code, b: Code, offset = 0): Code => [
  ...b,
  ...access(0x5d, a, offset),
  SIMD,
  ...unsigned(0x57),
  ...at(offset),
  1,
];
/** The float of lane 0 or 1. */
export const storeFloat = (address: Code, value: Code, lane: 0 | 1): Code => [
  ...address,
  ...value,
  SIMD,
  ...unsigned(0x5a),
  ...at(0),
  lane,
];
const lanesOf = (floats: readonly number[]): number[] =>
  floats.flatMap((lane) => [0, 1, 2, 3].map((i) => 4 * lane + i));
/** Floats of one vector in another order. */
export const reorder = (local: number, floats: readonly [number, number, number, number]): Code => [
  ...get(local),
  ...get(local),
  SIMD,
  ...unsigned(0x0d),
  ...lanesOf(floats),
];

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const text = (name: string): number[] => [name.length, ...[...name].map((letter) => letter.charCodeAt(0))];

/** One function `run` of so many integers, with locals after them, over a memory that is imported as `env.memory`. */
export function moduleOf(
  integers: number,
  locals: { ints: number; vectors: number },
  body: readonly Code[],
): Uint8Array<ArrayBuffer> {
  const code = [2, ...unsigned(locals.ints), I32, ...unsigned(locals.vectors), V128, ...body.flat(), 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, integers, ...Array.from({ length: integers }, () => I32), 0]),
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** What every engine has and TypeScript declares for browsers only. */
const { WebAssembly: engine } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
    Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    Instance: new (module: object, imports: object) => { readonly exports: { run: (...integers: number[]) => void } };
  };
};

/** `run` of the module over a memory of so many bytes, all zero. */
export function instantiate(bytes: Uint8Array<ArrayBuffer>, memoryBytes: number) {
  const memory = new engine.Memory({ initial: Math.ceil(memoryBytes / 65_536) });
  const { run } = new engine.Instance(new engine.Module(bytes), { env: { memory } }).exports;
  return { run, buffer: memory.buffer };
}
