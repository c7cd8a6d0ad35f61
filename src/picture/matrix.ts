/** The confusion matrix as pictures take it, the figures in its margins, and its CSV. */

export interface LabelledMatrix {
  /** One name a class. */
  readonly names: readonly string[];
  /** classes × classes counts in row-major order: row = true class, column = predicted class. */
  readonly counts: ArrayLike<number>;
}

export interface MatrixFigures {
  /** classes × classes: a cell's share of its row, 0 where the row is empty. */
  readonly shares: readonly number[];
  /** Images of each class. */
  readonly support: readonly number[];
  /** Share of each class that was recognised; undefined where there was none of it. */
  readonly recall: readonly (number | undefined)[];
  /** Share of each class's predictions that were right; undefined where it was never predicted. */
  readonly precision: readonly (number | undefined)[];
  readonly total: number;
  readonly accuracy: number;
}

/** Row shares, recall, precision and accuracy of a matrix. */
export function matrixFigures({ names, counts }: LabelledMatrix): MatrixFigures {
  const k = names.length;
  const at = (r: number, c: number) => counts[r * k + c]!;
  const classes = names.map((_, i) => i);
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const support = classes.map((r) => sum(classes.map((c) => at(r, c))));
  const predicted = classes.map((c) => sum(classes.map((r) => at(r, c))));
  const total = sum(support);
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
  return {
    shares: Array.from(
      { length: k * k },
      (_, i) => share(counts[i]!, support[Math.floor(i / k)]!) ?? 0,
    ),
    support,
    recall: classes.map((i) => share(at(i, i), support[i]!)),
    precision: classes.map((i) => share(at(i, i), predicted[i]!)),
    total,
    accuracy: share(sum(classes.map((i) => at(i, i))), total) ?? 0,
  };
}

/**
 * Shade of a cell, 0 to 1. Mistakes are few beside what is right, so they have a scale of their
 * own, by the square root: a tenth of a row mistaken shows as half shade.
 */
export function shade(share: number, onDiagonal: boolean): number {
  if (onDiagonal) return share > 0 ? 0.25 + 0.75 * share : 0;
  return Math.min(1, Math.sqrt(share * 2.5));
}

/** Counts as CSV (RFC 4180 but for plain newlines): header of predicted classes, one row a true class. */
export function matrixCsv({ names, counts }: LabelledMatrix): string {
  const k = names.length;
  const rows = names.map((name, r) => [
    name,
    ...Array.from({ length: k }, (_, c) => String(counts[r * k + c])),
  ]);
  return [['true \\ predicted', ...names], ...rows]
    .map((row) => `${row.map(csvField).join(',')}\n`)
    .join('');
}

const csvField = (field: string) =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
