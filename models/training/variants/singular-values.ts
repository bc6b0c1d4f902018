/**
 * Approximates a matrix by the product of two thin matrices. No product of the same rank has a smaller squared error
 * (Eckart-Young). It is found by one-sided Jacobi rotations.
 */
export interface Factors {
  /** Shape: [rows, rank] and [rank, columns], row by row. */
  left: Float32Array;
  right: Float32Array;
}

const SWEEPS = 30;
const ROTATED_ENOUGH = 1e-10;

export function lowRank(matrix: Float32Array, rows: number, columns: number, rank: number): Factors {
  // The columns of u are rotated until they are orthogonal. v contains the product of the rotations, so that matrix = u
  // v^T.
  const wide = columns > rows;
  const [m, n] = wide ? [columns, rows] : [rows, columns];
  const at = (row: number, column: number): number =>
    matrix[wide ? column * columns + row : row * columns + column] as number;
  const u = Array.from({ length: n }, (_, column) => Float64Array.from({ length: m }, (_, row) => at(row, column)));
  const v = Array.from({ length: n }, (_, column) =>
    Float64Array.from({ length: n }, (_, row) => (row === column ? 1 : 0)),
  );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let most = 0;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) most = Math.max(most, orthogonalise(u, v, p, q));
    if (most < ROTATED_ENOUGH) break;
  }
  const order = u
    .map((column, i) => ({ i, norm: dot(column, column) }))
    .sort((a, b) => b.norm - a.norm)
    .slice(0, rank)
    .map(({ i }) => i);
  const tall = new Float32Array(m * rank);
  const flat = new Float32Array(n * rank);
  order.forEach((i, r) => {
    (u[i] as Float64Array).forEach((value, row) => (tall[row * rank + r] = value));
    (v[i] as Float64Array).forEach((value, row) => (flat[row * rank + r] = value));
  });
  return wide ? { left: flat, right: transposed(tall, m, rank) } : { left: tall, right: transposed(flat, n, rank) };
}

function orthogonalise(u: Float64Array[], v: Float64Array[], p: number, q: number): number {
  const [a, b] = [u[p] as Float64Array, u[q] as Float64Array];
  const [alpha, beta, gamma] = [dot(a, a), dot(b, b), dot(a, b)];
  const apart = Math.abs(gamma) / Math.sqrt(alpha * beta + 1e-300);
  if (apart < ROTATED_ENOUGH) return apart;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  rotate(a, b, c, c * t);
  rotate(v[p] as Float64Array, v[q] as Float64Array, c, c * t);
  return apart;
}

function rotate(a: Float64Array, b: Float64Array, c: number, s: number): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

const transposed = (from: Float32Array, rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: from.length }, (_, i) => from[(i % rows) * columns + Math.floor(i / rows)] as number);
