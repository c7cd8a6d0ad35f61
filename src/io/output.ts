/** Opening what a program writes: standard output with backpressure, or a file that appears whole or not at all. */

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { BrokenPipeError, systemReason, TroubleError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { keep, removeAtExit } from './cleanup.js';

/** Where bytes go. `finish` makes them final, `abort` leaves nothing behind (what stdout already has, stays). */
export interface ByteSink {
  readonly name: string;
  /** Resolves when the sink will take more. */
  write(chunk: Uint8Array | string): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/** Opens `-` or a file. Devices and pipes are written to directly, regular files by way of a temporary in the same folder. */
export async function openOutput(io: CommandIo, name = '-'): Promise<ByteSink> {
  if (name === '-') return new StreamSink(io.stdout, 'standard output');
  try {
    return await openFile(name);
  } catch (error) {
    throw error instanceof TroubleError
      ? error
      : new TroubleError(name, systemReason(error), { cause: error });
  }
}

/**
 * Runs `body` with an open sink: finished when it returns, aborted when it throws.
 * `name` is a path or `-`.
 */
export async function withOutput<R>(
  io: CommandIo,
  name: string | undefined,
  body: (sink: ByteSink) => Promise<R>,
): Promise<R> {
  const sink = await openOutput(io, name);
  try {
    const result = await body(sink);
    await sink.finish();
    return result;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

class StreamSink implements ByteSink {
  #error: Error | undefined;

  constructor(
    readonly stream: Writable,
    readonly name: string,
  ) {
    stream.on('error', (error) => {
      this.#error ??= error;
    });
  }

  async write(chunk: Uint8Array | string): Promise<void> {
    this.#check();
    if (this.stream.write(chunk)) return;
    await roomIn(this.stream);
    this.#check();
  }

  /** Waits until the system has taken everything, so that a full disk is our error and not a silent loss. */
  async finish(): Promise<void> {
    this.#check();
    await new Promise<void>((resolve) => {
      this.stream.write('', (error) => {
        if (error) this.#error ??= error;
        resolve();
      });
    });
    this.#check();
  }

  async abort(): Promise<void> {}

  #check(): void {
    const error = this.#error ?? this.stream.errored;
    if (!error && !this.stream.destroyed) return;
    if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE')
      throw new BrokenPipeError('the reader has gone away');
    throw new TroubleError(this.name, systemReason(error), { cause: error });
  }
}

/** Resolves when a stream will take more, or never will; leaves no listener behind, however often it is called. */
async function roomIn(stream: Writable): Promise<void> {
  const events = ['drain', 'close', 'error'] as const;
  await new Promise<void>((resolve) => {
    const settle = () => {
      for (const event of events) stream.off(event, settle);
      resolve();
    };
    for (const event of events) stream.on(event, settle);
  });
}

async function openFile(name: string): Promise<ByteSink> {
  const existing = await stat(name).catch(() => undefined);
  if (existing?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  if (existing && !existing.isFile()) return new DirectSink(name, await open(name, 'w'));
  // A link is followed: it is its target that is replaced.
  const target = existing ? await realpath(name) : name;
  const temporary = join(
    dirname(target),
    `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  const handle = await open(temporary, 'wx', existing ? existing.mode & 0o777 : 0o666);
  removeAtExit(temporary);
  return new AtomicSink(name, target, temporary, handle);
}

/** A device or a named pipe: there is nothing to rename. */
class DirectSink implements ByteSink {
  constructor(
    readonly name: string,
    readonly handle: FileHandle,
  ) {}

  async write(chunk: Uint8Array | string): Promise<void> {
    await writeAll(this.handle, chunk).catch((error) => {
      if (error.code === 'EPIPE') throw new BrokenPipeError('the reader has gone away');
      throw new TroubleError(this.name, systemReason(error), { cause: error });
    });
  }

  async finish(): Promise<void> {
    await this.handle.close();
  }

  async abort(): Promise<void> {
    await this.handle.close().catch(() => {});
  }
}

class AtomicSink implements ByteSink {
  constructor(
    readonly name: string,
    readonly target: string,
    readonly temporary: string,
    readonly handle: FileHandle,
  ) {}

  async write(chunk: Uint8Array | string): Promise<void> {
    await this.#named(writeAll(this.handle, chunk));
  }

  async finish(): Promise<void> {
    await this.#named(
      (async () => {
        await this.handle.sync();
        await this.handle.close();
        await rename(this.temporary, this.target);
      })(),
    );
    keep(this.temporary);
  }

  async abort(): Promise<void> {
    await this.handle.close().catch(() => {});
    await unlink(this.temporary).catch(() => {});
    keep(this.temporary);
  }

  async #named(work: Promise<void>): Promise<void> {
    await work.catch((error) => {
      throw new TroubleError(this.name, systemReason(error), { cause: error });
    });
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array | string): Promise<void> {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
