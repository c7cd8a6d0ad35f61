/** A training run between two steps, as data: what it takes to go on from there as if it had never stopped. */

import {
  type EpochProgress,
  type TrainerState,
  type Weights,
  zeroProgress,
} from '../engine/engine.js';
import type { EpochRecord } from '../ndjson/records.js';

/** Orders, masks, the learning rate and what stopping has seen are functions of these, and so are not among them. */
export interface TrainingSnapshot {
  /** Optimiser steps taken since the start. */
  readonly step: number;
  /** The records of the epochs that are over. */
  readonly epochs: readonly EpochRecord[];
  /** The epoch behind those. */
  readonly underWay: PartialEpoch;
  readonly state: TrainerState;
  /** The weights of the best epoch (see `keptEpoch`); undefined before the first is over. */
  readonly kept: Weights | undefined;
}

export interface PartialEpoch extends EpochProgress {
  /** Time spent on its steps. */
  readonly seconds: number;
}

export const noPartialEpoch: PartialEpoch = { ...zeroProgress, seconds: 0 };

/** Of which epoch the weights are kept: the last one that was the best so far, or, without validation, the last. */
export function keptEpoch(epochs: readonly EpochRecord[]): EpochRecord | undefined {
  return epochs.filter(({ best = true }) => best).at(-1);
}

/** Keeps moments of a run somewhere safe. */
export interface Checkpointer {
  /** True where the last moment kept is so old that the next should not wait for the end of the epoch. */
  due(): boolean;
  /** Where a moment cannot be kept, that is said, and training goes on. */
  keep(moment: TrainingSnapshot): Promise<void>;
}
