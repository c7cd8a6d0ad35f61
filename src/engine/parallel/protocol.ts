/** Messages between a trainer and the workers of its team, and the setup of a worker. */

import type { TrainingImages, TrainingPlan } from '../../step/plan.js';
import type { TrainingMemory } from './memory.js';

/** Request to every worker of a team. */
export type TeamRequest =
  | {
      readonly type: 'epoch';
      /** Epoch, from 1. */
      readonly epoch: number;
      /** Number of the epoch's first step, from 0, counted over all epochs. */
      readonly firstStep: number;
      /** Steps of the epoch that are done already. */
      readonly done: number;
      readonly steps: number;
      readonly learningRateFactor: number;
    }
  | {
      readonly type: 'evaluate';
      readonly images: TrainingImages;
      /** [chunks, 2], shared: sum of losses and count of correct predictions of each chunk of images. */
      readonly totals: Float64Array;
    };

/** Reply of a worker; `ready` before the first request. */
export type TeamReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  | { readonly type: 'diverged'; readonly step: number; readonly loss: number };

/** Setup of a worker: plain data. */
export interface WorkerSetup {
  readonly plan: TrainingPlan;
  readonly images: TrainingImages;
  readonly memory: TrainingMemory;
  /** Number of the worker, from 0. */
  readonly worker: number;
}

/** Answers the requests of a team, one at a time. */
export type TeamWorker = (request: TeamRequest) => Promise<TeamReply>;
