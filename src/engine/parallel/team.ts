/** Team of workers: all get the same request, all answer, or the first failure ends them all. */

import type { Worker } from 'node:worker_threads';
import { Barrier } from './barrier.js';
import type { TeamReply, TeamRequest, TeamWorker, WorkerSetup } from './protocol.js';

export interface Team {
  ask(request: TeamRequest): Promise<readonly TeamReply[]>;
  close(): Promise<void>;
}

/** A team of one, in this thread. close: releases what the engine holds. */
export function localTeam(worker: TeamWorker, close: () => Promise<void>): Team {
  return { ask: async (request) => [await worker(request)], close };
}

/** Starts `plan.threads` threads by `startThread`, whose module calls `serveTeam`, and waits until all are ready. */
export async function startThreads(
  setup: Omit<WorkerSetup, 'worker'>,
  startThread: (setup: WorkerSetup) => Worker,
): Promise<Team> {
  const { threads } = setup.plan;
  const workers = Array.from({ length: threads }, (_, worker) => startThread({ ...setup, worker }));
  const team = new ThreadTeam(workers, new Barrier(setup.memory.barrier, threads));
  await team.ready();
  return team;
}

class ThreadTeam implements Team {
  #failure: Error | undefined;

  constructor(
    readonly workers: readonly Worker[],
    readonly barrier: Barrier,
  ) {
    const fail = (error: Error) => {
      this.#failure ??= error;
      barrier.break();
    };
    for (const worker of workers) {
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`a training worker ended early (${code})`)));
    }
  }

  async ready(): Promise<void> {
    await this.#replies();
  }

  async ask(request: TeamRequest): Promise<TeamReply[]> {
    // A worker that has failed between two requests will not answer the next.
    if (this.#failure) throw this.#failure;
    const replies = this.#replies();
    for (const worker of this.workers) worker.postMessage(request);
    return replies;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  async #replies(): Promise<TeamReply[]> {
    // All are waited for, though one fails (the broken barrier sees to it that none waits for ever): a thread that is
    // ended while it opens a session can take the process with it.
    const outcomes = await Promise.allSettled(this.workers.map(nextReply));
    const replies = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    if (replies.length === outcomes.length) return replies;
    await this.close();
    throw this.#failure;
  }
}

function nextReply(worker: Worker): Promise<TeamReply> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (reply: TeamReply) => {
      settle();
      resolve(reply);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`a training worker ended early (${code})`));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
