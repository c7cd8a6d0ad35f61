/** Team of workers: all get the same request, all reply, or the first failure ends them all. */

import type { Worker } from 'node:worker_threads';
import { Barrier } from './barrier.js';
import type { TeamReply, TeamRequest, TeamWorker, WorkerSetup } from './protocol.js';

/** A team of one or more workers. */
export interface Team {
  /** Sends a request to every worker; resolves with all replies. Rejects with the first failure. */
  request(request: TeamRequest): Promise<readonly TeamReply[]>;
  close(): Promise<void>;
}

/** Team of one worker in this thread. close: releases the resources of the engine. */
export function localTeam(worker: TeamWorker, close: () => Promise<void>): Team {
  return { request: async (request) => [await worker(request)], close };
}

/** Starts `plan.threads` workers by `startThread`, each a thread that serves team requests, and waits until all are ready. */
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

  async request(request: TeamRequest): Promise<TeamReply[]> {
    // A worker that failed between two requests will not reply to the next.
    if (this.#failure) throw this.#failure;
    const replies = this.#replies();
    for (const worker of this.workers) worker.postMessage(request);
    return replies;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  async #replies(): Promise<TeamReply[]> {
    // Waits for all, though one fails (the broken barrier frees the others): terminating a thread while it opens a
    // session can crash the process.
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
