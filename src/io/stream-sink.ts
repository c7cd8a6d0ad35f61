/** A sink over a Node stream (a pipe, a terminal, a test's memory), with backpressure. */

import type { Writable } from 'node:stream';
import { BrokenPipeError, OperationalError, systemReason } from '../core/errors.js';
import type { ByteSink } from './byte-sink.js';

export class StreamSink implements ByteSink {
  #error: Error | undefined;
  readonly #keepError = (error: Error) => {
    this.#error ??= error;
  };

  constructor(
    readonly stream: Writable,
    readonly name: string,
    readonly isTerminal: boolean,
    readonly release: () => void,
  ) {
    stream.on('error', this.#keepError);
  }

  async write(chunk: Uint8Array | string): Promise<void> {
    this.#check();
    if (!this.stream.write(chunk)) await this.#drained();
    this.#check();
  }

  /** Waits until the system has taken everything, so that a full disk is our error and not a silent loss. */
  async flush(): Promise<void> {
    this.#check();
    await new Promise<void>((resolve) => {
      this.stream.write('', (error) => {
        if (error) this.#keepError(error);
        resolve();
      });
    });
    this.#check();
  }

  async finish(): Promise<void> {
    await this.flush();
    this.stream.off('error', this.#keepError);
    this.release();
  }

  /** Keeps listening: an error that is on its way has been answered already. */
  async abort(): Promise<void> {
    this.release();
  }

  /** Resolves when the stream will take more or is past taking; leaves no listener behind. */
  async #drained(): Promise<void> {
    const { stream } = this;
    if (stream.destroyed || !stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        for (const event of ['drain', 'close', 'error']) stream.off(event, settle);
        resolve();
      };
      for (const event of ['drain', 'close', 'error']) stream.on(event, settle);
    });
  }

  #check(): void {
    const error = this.#error ?? this.stream.errored;
    if (!error && !this.stream.destroyed) return;
    if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE')
      throw new BrokenPipeError('the reader has gone away');
    throw new OperationalError(this.name, `cannot be written: ${systemReason(error)}`, {
      cause: error,
    });
  }
}
