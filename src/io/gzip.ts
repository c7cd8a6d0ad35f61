/** Decompression of gzip input, as a stream. */

import { createGunzip, type Gunzip } from 'node:zlib';
import { OperationalError } from '../core/errors.js';

const outputChunk = 1 << 18;

/**
 * Passes bytes through, undoing gzip (also several members in a row, and zeros behind them) when the first two bytes
 * are its magic. `name` is for messages: data cut short and data damaged are OperationalErrors.
 */
export async function* inflated(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const rest = { [Symbol.asyncIterator]: () => iterator };
  let head = Buffer.alloc(0);
  try {
    while (head.length < 2) {
      const next = await iterator.next();
      if (next.done) break;
      head = Buffer.concat([head, next.value]);
    }
    if (head[0] === 0x1f && head[1] === 0x8b) {
      yield* gunzipped(name, head, rest);
    } else {
      if (head.length > 0) yield head;
      yield* rest;
    }
  } finally {
    await iterator.return?.();
  }
}

async function* gunzipped(
  name: string,
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const member = new Inflater(name);
  try {
    yield* member.put(head);
    for await (const chunk of rest) yield* member.put(chunk);
    yield* member.end();
  } finally {
    member.gunzip.destroy();
  }
}

/**
 * Compressed chunks in, plain chunks out, a chunk at a time. Nothing is read ahead of demand: a read left
 * waiting on a silent pipe would keep a process alive that has long failed.
 */
class Inflater {
  readonly gunzip: Gunzip = createGunzip({ chunkSize: outputChunk });
  #failure: NodeJS.ErrnoException | undefined;
  #wake = () => {};

  constructor(readonly name: string) {
    this.gunzip.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
    this.gunzip.on('readable', () => this.#wake());
    this.gunzip.on('end', () => this.#wake());
  }

  async *put(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    // Past the last member there can be nothing but padding.
    if (this.gunzip.readableEnded) return;
    let taken = false;
    this.gunzip.write(chunk, () => {
      taken = true;
      this.#wake();
    });
    yield* this.#output(() => taken);
  }

  async *end(): AsyncGenerator<Uint8Array> {
    this.gunzip.end();
    yield* this.#output(() => false);
  }

  /** Decompressed chunks until `enough` or the end. */
  async *#output(enough: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = this.gunzip.read() as Buffer | null;
      if (bytes) yield bytes;
      else if (this.#failure) throw this.#trouble(this.#failure);
      else if (this.gunzip.readableEnded || enough()) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  #trouble(error: NodeJS.ErrnoException): OperationalError {
    return new OperationalError(
      this.name,
      error.code === 'Z_BUF_ERROR'
        ? 'the gzip data are cut short; a complete gzip file was expected'
        : `the gzip data are damaged (${error.message}); a sound gzip file was expected`,
      { cause: error },
    );
  }
}
