/** Zstandard undone, off the thread that answers, one body at a time, and no longer than a request may take. */

import { Worker } from 'node:worker_threads';
import { RequestError } from '../request-error.js';
import { SerialQueue } from '../serial-queue.js';
import { tooLarge, unsound } from './decoding-errors.js';

export interface ZstdRequest {
  /** [bytes]. */
  readonly body: Uint8Array;
  readonly most: number;
}

export type ZstdReply =
  | {
      /** [bytes]. */
      readonly bytes: Uint8Array;
    }
  | { readonly large: true }
  | { readonly fault: string };

const queue = new SerialQueue(64, 'bodies in zstd');
let idle: Worker | undefined;

/** RequestError 400 or 413 where the body is not sound, or too large or slow to decompress; 503 where many wait. */
export function unzstd(body: Buffer, most: number, timeout: number): Promise<Buffer> {
  return queue.run(async () => {
    const reply = await exchange({ body, most }, timeout);
    if ('bytes' in reply) return Buffer.from(reply.bytes.buffer);
    if ('large' in reply) throw tooLarge(most);
    throw unsound('zstd', reply.fault);
  });
}

function exchange(request: ZstdRequest, timeout: number): Promise<ZstdReply> {
  const worker = idle ?? new Worker(new URL('./zstd-worker.js', import.meta.url));
  idle = undefined;
  worker.ref();
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(late);
      worker.off('message', answered).off('error', failed).off('exit', ended);
      // An idle worker must not keep the process.
      worker.unref();
      done();
    };
    const answered = (reply: ZstdReply) =>
      settle(() => {
        idle = worker;
        resolve(reply);
      });
    const failed = (error: Error) => settle(() => reject(error));
    const ended = (code: number) => failed(new Error(`the zstd worker ended (${code})`));
    const late = setTimeout(() => {
      const seconds = timeout / 1000;
      failed(new RequestError(413, `the body takes longer than ${seconds} s to decompress`));
      void worker.terminate();
    }, timeout);
    worker.on('message', answered).on('error', failed).on('exit', ended);
    worker.postMessage(request);
  });
}
