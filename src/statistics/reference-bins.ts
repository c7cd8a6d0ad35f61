/** Two samples counted in bins that each hold about as much of the reference: what PSI and Jensen–Shannon compare. */

import { paired, quantileOf, type Steps } from './steps.js';

export interface BinnedPair {
  /** Upper ends, ascending, of all bins but the last; a bin holds what is above the one before and up to its own. */
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** The bins usual for the population stability index. */
export const defaultBins = 10;

/** Bins at the reference's quantiles; fewer where quantiles fall together, or where a sample has under five a bin. */
export function referenceBins(reference: Steps, current: Steps, most = defaultBins): BinnedPair {
  const wanted = Math.max(
    2,
    Math.min(most, Math.floor(Math.min(reference.count, current.count) / 5)),
  );
  const last = reference.values[reference.values.length - 1]!;
  const quantiles = Array.from({ length: wanted - 1 }, (_, i) =>
    quantileOf(reference, (i + 1) / wanted),
  );
  const distinct = [...new Set(quantiles)];
  // An edge at the greatest value would leave a bin that the reference cannot fill.
  const inner = distinct.filter((edge) => edge < last);
  const edges = inner.length > 0 ? inner : distinct;
  const counts = {
    a: new Array<number>(edges.length + 1).fill(0),
    b: new Array<number>(edges.length + 1).fill(0),
  };
  let bin = 0;
  const { values, a, b } = paired(reference, current);
  for (let i = 0; i < values.length; i++) {
    while (bin < edges.length && values[i]! > edges[bin]!) bin++;
    counts.a[bin] = counts.a[bin]! + a[i]!;
    counts.b[bin] = counts.b[bin]! + b[i]!;
  }
  return { edges, reference: counts.a, current: counts.b };
}
