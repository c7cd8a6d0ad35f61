/** Sinks over file descriptors: devices and inherited files directly, regular files by way of a temporary. */

import { close, fstatSync, fsync, ftruncate, open, write } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BrokenPipeError, OperationalError, systemReason } from '../core/errors.js';
import type { ByteSink } from './byte-sink.js';
import { keep, removeAtExit } from './cleanup.js';

export const openDescriptor = promisify(open);
export const closeDescriptor = promisify(close);
const syncDescriptor = promisify(fsync);
const truncate = promisify(ftruncate);

/** Runs file work; its errors name the output. */
export async function named<R>(name: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'EPIPE') throw new BrokenPipeError('the reader has gone away');
    throw new OperationalError(name, `cannot be written: ${systemReason(error)}`, { cause: error });
  }
}

/** A device, a named pipe, or the file that is standard output: there is nothing to rename. */
export class DirectSink implements ByteSink {
  constructor(
    readonly name: string,
    readonly descriptor: number,
    readonly release: () => void,
    /** False for a descriptor that the process was given and others may still write to. */
    readonly owned = true,
  ) {}

  async write(chunk: Uint8Array | string): Promise<void> {
    await named(this.name, () => writeAll(this.descriptor, chunk));
  }

  async finish(): Promise<void> {
    await named(this.name, async () => {
      if (this.owned) await closeDescriptor(this.descriptor);
    });
    this.release();
  }

  async abort(): Promise<void> {
    if (this.owned) await closeDescriptor(this.descriptor).catch(() => {});
    this.release();
  }
}

/** A file that is written anew from the first write on, and is left as it is until then. */
export class LogSink extends DirectSink {
  #begun = false;

  override async write(chunk: Uint8Array | string): Promise<void> {
    if (!this.#begun && fstatSync(this.descriptor).isFile())
      await named(this.name, () => truncate(this.descriptor));
    this.#begun = true;
    await super.write(chunk);
  }
}

/**
 * Opens a regular file that will appear as `target`. `temporary`, in the same folder, is written: it must not
 * exist yet, and is removed if the process ends before `finish`.
 */
export async function openAtomic(
  name: string,
  target: string,
  temporary: string,
  release: () => void = () => {},
): Promise<AtomicSink> {
  removeAtExit(temporary);
  try {
    const descriptor = await openDescriptor(temporary, 'wx', 0o666);
    return new AtomicSink(name, target, temporary, descriptor, release);
  } catch (error) {
    keep(temporary);
    release();
    throw error;
  }
}

/** Resolves when new and changed names in a folder would survive a loss of power, on systems that can promise it. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const descriptor = await openDescriptor(path, 'r');
    await syncDescriptor(descriptor).finally(() => closeDescriptor(descriptor));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(code)) throw error;
  }
}

/** A regular file that appears under its name whole or not at all. */
export class AtomicSink implements ByteSink {
  #closed = false;

  constructor(
    readonly name: string,
    readonly target: string,
    readonly temporary: string,
    readonly descriptor: number,
    readonly release: () => void,
  ) {}

  async write(chunk: Uint8Array | string): Promise<void> {
    await named(this.name, () => writeAll(this.descriptor, chunk));
  }

  async flush(): Promise<void> {
    await named(this.name, async () => {
      await syncDescriptor(this.descriptor);
      this.#closed = true;
      await closeDescriptor(this.descriptor);
    });
  }

  async finish(): Promise<void> {
    if (!this.#closed) await this.flush();
    await named(this.name, async () => {
      await rename(this.temporary, this.target);
    });
    keep(this.temporary);
    this.release();
  }

  async abort(): Promise<void> {
    // A number that was closed may be another file's by now.
    if (!this.#closed) await closeDescriptor(this.descriptor).catch(() => {});
    await unlink(this.temporary).catch(() => {});
    keep(this.temporary);
    this.release();
  }
}

/**
 * Writes every byte. The system may take a part only, on a disk that is almost full say; Node's own
 * stream for a file on standard output does not look, and loses the rest in silence.
 */
async function writeAll(descriptor: number, chunk: Uint8Array | string): Promise<void> {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  for (let done = 0; done < bytes.length; ) done += await writeSome(descriptor, bytes, done);
}

function writeSome(descriptor: number, bytes: Uint8Array, from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, from, bytes.length - from, null, (error, written) =>
      error ? reject(error) : resolve(written),
    );
  });
}
