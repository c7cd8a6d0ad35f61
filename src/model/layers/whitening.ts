/**
 * Whitening filters: their outputs on the images have variance 1 in every channel and no correlation between two. A
 * first layer of them need not be trained (https://arxiv.org/abs/2404.00498).
 */

import type { ImageSample, ParameterSpec } from '../layer.js';

/** Added to the variances: those of a black background are nearly 0, and dividing by them would amplify noise. */
const epsilon = 5e-4;

/**
 * Whitening initialiser, of kernels [filters, 1, side, side]: the eigenvectors of the covariance of the images' patches,
 * each over √(its eigenvalue + 5e-4), by descending eigenvalue; with `signPairs` the second half are the negatives of the
 * first.
 */
export function whitening(side: number, signPairs: boolean): ParameterSpec['initial'] {
  return (values, _generator, images) => {
    const area = side * side;
    const { eigenvalues, eigenvectors } = eigensystem(patchCovariance(images(), side), area);
    const own = values.length / area / (signPairs ? 2 : 1);
    for (let f = 0; f < own; f++) {
      // Jacobi's method gives a covariance's zero as a little above or below it.
      const scale = 1 / Math.sqrt(Math.max(0, eigenvalues[f]!) + epsilon);
      const vector = eigenvectors.slice(f * area, (f + 1) * area);
      for (const [i, part] of vector.entries()) {
        values[f * area + i] = part * scale;
        if (signPairs) values[(own + f) * area + i] = -part * scale;
      }
    }
  };
}

/** Covariance of all side × side patches that lie within an image, in double precision. [side², side²] */
export function patchCovariance(
  { rows, columns, pixels }: ReturnType<ImageSample>,
  side: number,
): Float64Array {
  const area = side * side;
  const sums = new Float64Array(area);
  const products = new Float64Array(area * area);
  const patch = new Float64Array(area);
  let count = 0;
  for (let start = 0; start < pixels.length; start += rows * columns)
    for (let r = 0; r + side <= rows; r++)
      for (let c = 0; c + side <= columns; c++) {
        count++;
        for (let i = 0; i < area; i++) {
          const at = start + (r + Math.floor(i / side)) * columns + c + (i % side);
          const value = pixels[at]!;
          patch[i] = value;
          sums[i] = sums[i]! + value;
          for (let j = 0; j <= i; j++)
            products[i * area + j] = products[i * area + j]! + value * patch[j]!;
        }
      }
  return products.map((_, at) => {
    const [i, j] = [Math.floor(at / area), at % area];
    const product = products[Math.max(i, j) * area + Math.min(i, j)]!;
    return product / count - (sums[i]! / count) * (sums[j]! / count);
  });
}

/**
 * Eigendecomposition of a symmetric matrix [size, size]: eigenvalues [size], descending, and eigenvectors [size, size] as
 * rows; the component of largest magnitude of each is positive.
 */
export function eigensystem(
  symmetric: Float64Array,
  size: number,
): { readonly eigenvalues: Float64Array; readonly eigenvectors: Float64Array } {
  const a = symmetric.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  const get = (matrix: Float64Array, i: number, j: number) => matrix[i * size + j]!;
  // Cyclic Jacobi rotations (Golub and Van Loan, 8.5): plain arithmetic and roots, the same bits on every machine.
  for (let sweep = 0; sweep < 60 && !isDiagonal(a, size); sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const off = get(a, p, q);
        if (off === 0) continue;
        const tau = (get(a, q, q) - get(a, p, p)) / (2 * off);
        const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        rotate(a, v, size, p, q, c, t * c);
      }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => get(a, j, j) - get(a, i, i),
  );
  const eigenvectors = order.flatMap((k) => {
    const vector = Array.from(v.subarray(k * size, (k + 1) * size));
    const greatest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    return greatest < 0 ? vector.map((x) => -x) : vector;
  });
  return {
    eigenvalues: Float64Array.from(order, (k) => get(a, k, k)),
    eigenvectors: Float64Array.from(eigenvectors),
  };
}

function isDiagonal(a: Float64Array, size: number): boolean {
  let [off, all] = [0, 0];
  for (const [at, value] of a.entries()) {
    all += value * value;
    if (at % (size + 1) !== 0) off += value * value;
  }
  return off <= 1e-30 * all;
}

/** a ← Jᵀ a J, and the rows of v with it. */
function rotate(
  a: Float64Array,
  v: Float64Array,
  size: number,
  p: number,
  q: number,
  c: number,
  s: number,
): void {
  const turn = (matrix: Float64Array, first: number, second: number, step: number) => {
    for (let k = 0; k < size; k++) {
      const [x, y] = [matrix[first + k * step]!, matrix[second + k * step]!];
      matrix[first + k * step] = c * x - s * y;
      matrix[second + k * step] = s * x + c * y;
    }
  };
  turn(a, p, q, size);
  turn(a, p * size, q * size, 1);
  turn(v, p * size, q * size, 1);
}
