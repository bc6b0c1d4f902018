/** Keeps values that hardly ever differ from getting a large weight. */
const LEAST_SPREAD = 1e-3;
/** A value with a smaller variance was the same in all drawn candidates. Nothing can be learned from it. */
const CONSTANT = 1e-9;

/** Mean and spread of each value of the embedding, with which all values get the same scale. */
export interface Inputs {
  mean: Float32Array;
  spread: Float32Array;
}

export function inputsOf(embeddings: readonly Float32Array[]): Inputs {
  const size = embeddings[0]?.length ?? 0;
  const meanOf = (value: (embedding: Float32Array, i: number) => number): Float32Array =>
    Float32Array.from(
      { length: size },
      (_, i) => embeddings.reduce((sum, one) => sum + value(one, i), 0) / embeddings.length,
    );
  const mean = meanOf((one, i) => one[i] as number);
  const squared = meanOf((one, i) => ((one[i] as number) - (mean[i] as number)) ** 2);
  return { mean, spread: squared.map((square) => (square < CONSTANT ? Infinity : Math.sqrt(square) + LEAST_SPREAD)) };
}
