/** Two samples as steps of their empirical distributions, on the values that either of them has. */

/** A sample by value: ascending, each value once, with how often it occurs. */
export interface Steps {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** Sum of the counts. */
  readonly count: number;
}

/** The values of either sample, ascending, and how often each occurs in the one and the other. */
export interface PairedSteps {
  /** [values], ascending; `a` and `b`: [values] counts of the one and the other sample. */
  readonly values: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Numbers in any order → steps. */
export function stepsOf(numbers: ArrayLike<number>): Steps {
  const sorted = Float64Array.from(numbers).sort();
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (values.at(-1) === value) counts[counts.length - 1] = counts.at(-1)! + 1;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts, count: sorted.length };
}

/** Both samples side by side. */
export function paired(a: Steps, b: Steps): PairedSteps {
  const most = a.values.length + b.values.length;
  const [values, ofA, ofB] = [
    new Float64Array(most),
    new Float64Array(most),
    new Float64Array(most),
  ];
  let [i, j, size] = [0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const left = i < a.values.length ? a.values[i]! : Infinity;
    const right = j < b.values.length ? b.values[j]! : Infinity;
    values[size] = left < right ? left : right;
    if (left <= right) ofA[size] = a.counts[i++]!;
    if (right <= left) ofB[size] = b.counts[j++]!;
    size++;
  }
  return { values: values.subarray(0, size), a: ofA.subarray(0, size), b: ofB.subarray(0, size) };
}

/** Mean and population standard deviation. */
export function momentsOf({ values, counts, count }: Steps): { mean: number; deviation: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (values[i]! * counts[i]!) / count;
  let square = 0;
  for (let i = 0; i < values.length; i++) square += ((values[i]! - mean) ** 2 * counts[i]!) / count;
  return { mean, deviation: Math.sqrt(square) };
}

/** The least value that a share (0 to 1) of the sample does not exceed. */
export function quantileOf({ values, counts, count }: Steps, share: number): number {
  let reached = 0;
  for (let i = 0; i < values.length; i++) {
    reached += counts[i]!;
    if (reached >= Math.max(1, Math.ceil(share * count - 1e-9))) return values[i]!;
  }
  return values[values.length - 1]!;
}
