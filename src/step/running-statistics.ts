/** Running statistics of batch normalisation. */

import type { Network } from '../model/network.js';

/**
 * Moves the running statistics towards the mean over the micro-batches, in place: momentum × old + (1 − momentum) × mean.
 * statistics: [statisticCount]; batchStatistics: [runs, statisticCount], one row a run of the step program.
 */
export function updateRunningStatistics(
  network: Pick<Network, 'statistics' | 'statisticCount'>,
  statistics: Float32Array,
  batchStatistics: Float32Array,
  runs: number,
): void {
  const count = network.statisticCount;
  for (const { offset, length, spec } of network.statistics) {
    for (let i = offset; i < offset + length; i++) {
      let sum = 0;
      for (let run = 0; run < runs; run++) sum += batchStatistics[run * count + i]!;
      statistics[i] = spec.momentum * statistics[i]! + ((1 - spec.momentum) * sum) / runs;
    }
  }
}
