/** Drops the first `count` samples. */
export async function* dropSamples(pieces: AsyncIterable<Float32Array>, count: number): AsyncGenerator<Float32Array> {
  let left = count;
  for await (const piece of pieces) {
    const dropped = Math.min(left, piece.length);
    left -= dropped;
    if (dropped < piece.length) yield piece.subarray(dropped);
  }
}
