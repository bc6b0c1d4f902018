/** Node and browsers have this global, but TypeScript declares it for browsers only. */
const { WebAssembly: engine } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
    Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

const PAGE_BYTES = 65_536;

/**
 * Instantiates a module (base64) that imports its memory. Returns it with that memory, which is zeroed and has at least
 * `memoryBytes` bytes.
 */
export function instantiate<Exports>(base64: string, memoryBytes: number): { exports: Exports; buffer: ArrayBuffer } {
  const memory = new engine.Memory({ initial: Math.ceil(memoryBytes / PAGE_BYTES) });
  const module = new engine.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  const { exports } = new engine.Instance(module, { env: { memory } });
  return { exports: exports as Exports, buffer: memory.buffer };
}
