/**
 * An embedding and the network that made it (`by`: SHA-256 of its file). Embeddings of different networks cannot be
 * compared.
 */
export interface MadeEmbedding {
  values: Float32Array;
  by: string;
}

/** The stored form: base64 of little-endian float32. */
export function encodeEmbedding(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeFloatLE(value, 4 * at));
  return bytes.toString('base64');
}

export function decodeEmbedding(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}

/** The cosine of two embeddings. 1: they have the same direction. Also 0 when one of them is all zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [product, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] as number, b[at] ?? 0];
    product += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA > 0 && ofB > 0 ? product / Math.sqrt(ofA * ofB) : 0;
}

/**
 * The mean direction of some embeddings, as an embedding of length 1. Each direction counts the same, so that a loud
 * sound does not count more.
 */
export function meanDirection(all: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(all[0]?.length ?? 0);
  for (const one of all) {
    const length = Math.hypot(...one);
    if (length > 0) one.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value / length));
  }
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : sum;
}
