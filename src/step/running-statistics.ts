/** Running figures, as batch normalisation keeps them. */

import type { Network } from '../model/network.js';

/**
 * Moves the running figures towards the mean of the slices' figures, in place: momentum × old + (1 − momentum) × mean.
 * batchStatistics: slices × statisticCount.
 */
export function updateRunningStatistics(
  network: Pick<Network, 'statistics' | 'statisticCount'>,
  statistics: Float32Array,
  batchStatistics: Float32Array,
  slices: number,
): void {
  const count = network.statisticCount;
  for (const { offset, length, spec } of network.statistics) {
    for (let i = offset; i < offset + length; i++) {
      let sum = 0;
      for (let slice = 0; slice < slices; slice++) sum += batchStatistics[slice * count + i]!;
      statistics[i] = spec.momentum * statistics[i]! + ((1 - spec.momentum) * sum) / slices;
    }
  }
}
