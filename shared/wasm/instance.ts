/** Node and browsers have this global, but TypeScript declares it for browsers only. */
const { WebAssembly: engine } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
    Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

const PAGE_BYTES = 65_536;
/** Vectors of 16 bytes are read fastest where their addresses are multiples of 16. */
const ALIGNMENT = 16;

const compiled = new Map<string, object>();

function moduleOf(base64: string): object {
  const module =
    compiled.get(base64) ?? new engine.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  compiled.set(base64, module);
  return module;
}

/** Hands out a module's memory, one part after the other. */
export class MemoryLayout {
  /** Bytes that were handed out. */
  end = 0;

  /** Returns the address of the part. */
  take(bytes: number): number {
    const start = this.end;
    this.end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return start;
  }
}

/**
 * Instantiates a module (base64) that imports its memory. Returns it with that memory, which is zeroed and has at least
 * `memoryBytes` bytes.
 */
export function instantiate<Exports>(base64: string, memoryBytes: number): { exports: Exports; buffer: ArrayBuffer } {
  const memory = new engine.Memory({ initial: Math.ceil(memoryBytes / PAGE_BYTES) });
  const { exports } = new engine.Instance(moduleOf(base64), { env: { memory } });
  return { exports: exports as Exports, buffer: memory.buffer };
}
