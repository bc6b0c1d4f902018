/** Node has this global as browsers do, but TypeScript declares it only for browsers. */
const { WebAssembly: engine } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
    Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

const PAGE_BYTES = 65_536;
/** Alignment in bytes: vectors of 16 bytes are read fastest at addresses that are multiples of 16. */
const ALIGNMENT = 16;

const compiled = new Map<string, object>();

function moduleOf(base64: string): object {
  const module =
    compiled.get(base64) ?? new engine.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  compiled.set(base64, module);
  return module;
}

/** Divides a module's memory into parts, one after the other. */
export class MemoryLayout {
  /** The number of bytes that were taken so far. */
  end = 0;

  /** Takes the next part and returns its address. */
  take(bytes: number): number {
    const start = this.end;
    this.end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return start;
  }
}

/**
 * Instantiates a module (given as base64) that imports its memory. Returns it with this memory, which is zeroed and has
 * at least `memoryBytes` bytes.
 */
export function instantiate<Exports>(base64: string, memoryBytes: number): { exports: Exports; buffer: ArrayBuffer } {
  const memory = new engine.Memory({ initial: Math.ceil(memoryBytes / PAGE_BYTES) });
  const { exports } = new engine.Instance(moduleOf(base64), { env: { memory } });
  return { exports: exports as Exports, buffer: memory.buffer };
}
