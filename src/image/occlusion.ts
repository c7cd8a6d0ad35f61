/**
 * Occlusion maps of a prediction (Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901): a
 * patch is wiped off the image, place by place, and where the class loses most, there is what
 * spoke for it. The loss is counted in log-odds, as weight of evidence (Robnik-Šikonja and
 * Kononenko 2008): probabilities close to 1 would hide it.
 */

export interface OcclusionPlan {
  readonly rows: number;
  readonly columns: number;
  readonly patchRows: number;
  readonly patchColumns: number;
  /** Upper left corners of the patches, row by row. */
  readonly places: readonly (readonly [row: number, column: number])[];
}

/** Patches of a fifth of each side, at steps of a third of a patch, to the very edge: 144 on 28 × 28, at most 361. */
export function planOcclusion(rows: number, columns: number): OcclusionPlan {
  const [patchRows, patchColumns] = [fifth(rows), fifth(columns)];
  const across = starts(columns, patchColumns);
  const places = starts(rows, patchRows).flatMap((row) =>
    across.map((column) => [row, column] as const),
  );
  return { rows, columns, patchRows, patchColumns, places };
}

const fifth = (side: number) => Math.max(1, Math.round(side / 5));

function starts(side: number, patch: number): number[] {
  const step = Math.max(1, Math.round(patch / 3));
  const last = side - patch;
  const all: number[] = [];
  for (let at = 0; at < last; at += step) all.push(at);
  return [...all, last];
}

/** rows × columns bytes → 1 + places images: the image itself, then one for each place, wiped to `background`. */
export function occludedImages(
  image: Uint8Array,
  { rows, columns, patchRows, patchColumns, places }: OcclusionPlan,
  background: number,
): Uint8Array {
  const size = rows * columns;
  const all = new Uint8Array((1 + places.length) * size);
  for (let i = 0; i <= places.length; i++) all.set(image, i * size);
  for (const [i, [top, left]] of places.entries())
    for (let row = top; row < top + patchRows; row++) {
      const at = (i + 1) * size + row * columns + left;
      all.fill(background, at, at + patchColumns);
    }
  return all;
}

/** Logits of the images of `occludedImages` (1 + places × classes) → what each pixel brings to class `c`, in nats of log-odds: the mean over the patches that cover it. rows × columns. */
export function occlusionMap(
  logits: Float32Array,
  c: number,
  { rows, columns, patchRows, patchColumns, places }: OcclusionPlan,
): Float32Array {
  const classes = logits.length / (1 + places.length);
  const odds = (i: number) => logOdds(logits.subarray(i * classes, (i + 1) * classes), c);
  const whole = odds(0);
  const sums = new Float64Array(rows * columns);
  const covers = new Uint32Array(rows * columns);
  for (const [i, [top, left]] of places.entries()) {
    const loss = whole - odds(i + 1);
    for (let row = top; row < top + patchRows; row++)
      for (let at = row * columns + left; at < row * columns + left + patchColumns; at++) {
        sums[at] = sums[at]! + loss;
        covers[at] = covers[at]! + 1;
      }
  }
  return Float32Array.from(sums, (sum, at) => sum / covers[at]!);
}

/** The logarithm of p / (1 − p) of class `c`, from logits; 0 where there is no other class. */
export function logOdds(logits: Float32Array, c: number): number {
  const others = logits.filter((_, i) => i !== c);
  if (others.length === 0) return 0;
  const most = others.reduce((a, b) => Math.max(a, b));
  const sum = others.reduce((total, value) => total + Math.exp(value - most), 0);
  return logits[c]! - most - Math.log(sum);
}
