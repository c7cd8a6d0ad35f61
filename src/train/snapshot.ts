/** Snapshot of a training run between two steps: all that it takes to go on as if there had been no pause. */

import {
  type EpochProgress,
  type TrainerState,
  type Weights,
  zeroProgress,
} from '../engine/engine.js';
import type { EpochRecord } from '../ndjson/records.js';

/** State of a run. Permutations, masks, learning rate and the state of early stopping are functions of it, and not repeated. */
export interface TrainingSnapshot {
  /** Optimiser steps taken since the start. */
  readonly step: number;
  /** Records of the epochs that are over. */
  readonly epochs: readonly EpochRecord[];
  /** The epoch after those, as far as it is done. */
  readonly underWay: PartialEpoch;
  readonly state: TrainerState;
  /** Weights of the best epoch (see `keptEpoch`); undefined before the first is over. */
  readonly kept: Weights | undefined;
}

/** Progress of an epoch, with its time. */
export interface PartialEpoch extends EpochProgress {
  /** Seconds spent on its steps. */
  readonly seconds: number;
}

/** Progress of an epoch that has not begun. */
export const noPartialEpoch: PartialEpoch = { ...zeroProgress, seconds: 0 };

/** Epoch whose weights are kept: the last that was the best so far; without validation, the last. */
export function keptEpoch(epochs: readonly EpochRecord[]): EpochRecord | undefined {
  return epochs.filter(({ best = true }) => best).at(-1);
}

/** Saves snapshots of a run. */
export interface Checkpointer {
  /** True where the last snapshot is so old that the next should not wait for the end of the epoch. */
  due(): boolean;
  /** Saves a snapshot. A failure is a warning, and training goes on. */
  save(snapshot: TrainingSnapshot): Promise<void>;
}
