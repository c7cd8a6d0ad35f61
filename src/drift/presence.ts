/** Missing values: how many rows of each kind have a value of a feature, so that one that is missing is told from one never measured. */

/**
 * Kinds of rows by what they measure: two rows of one kind measure the same things. A service measures a share of its images
 * fully; predictions with one class on top have no margin, those without probabilities no confidence. `unknown` are the
 * rows of sketches that do not say it.
 */
export const rowKinds = [
  'image',
  'prediction',
  'prediction-top-1',
  'prediction-class',
  'served',
  'served-measured',
  'features',
  'unknown',
] as const;
export type RowKind = (typeof rowKinds)[number];

/** Place of each kind in lists of counts. */
export const kindIndex = Object.fromEntries(rowKinds.map((kind, i) => [kind, i])) as Readonly<
  Record<RowKind, number>
>;

/** [kinds] counts of rows. */
export type KindCounts = number[];

export const noRows = (): KindCounts => rowKinds.map(() => 0);

/** Adds one list of counts to another. */
export function addCounts(into: KindCounts, from: readonly number[]): void {
  for (const [i, count] of from.entries()) into[i]! += count;
}

/** Of one feature: rows with a value, and rows that name the feature without one, such as null. */
export class Presence {
  /** [kinds] */
  readonly values = noRows();
  readonly blanks = noRows();

  absorb({ values, blanks }: Presence): void {
    addCounts(this.values, values);
    addCounts(this.blanks, blanks);
  }

  /** True where some row of a kind names the feature. */
  names(kind: number): boolean {
    return this.values[kind]! + this.blanks[kind]! > 0;
  }
}

/** Rows that should have a value of a feature, and how many of them have none. */
export interface MissingShare {
  readonly rows: number;
  readonly missing: number;
}

/**
 * The rows of one side that should have a value: those of every kind that measures it there, or did in the reference.
 * Undefined where there is none: it was not measured. Undefined too where only some of the rows of an old sketch have a
 * value: it does not say which of them should.
 */
export function missingShare(
  presence: Presence | undefined,
  rows: readonly number[],
  reference: Presence | undefined = presence,
): MissingShare | undefined {
  let [all, there] = [0, 0];
  for (const [kind, count] of rows.entries()) {
    const isUnknown = kind === kindIndex.unknown;
    const named = presence?.names(kind) ?? false;
    if (!named && (isUnknown || !reference?.names(kind))) continue;
    const values = presence?.values[kind] ?? 0;
    if (isUnknown && values < count) return undefined;
    all += count;
    there += values;
  }
  return all > 0 ? { rows: all, missing: all - there } : undefined;
}
