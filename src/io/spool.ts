/** A store for bytes that must be read twice, or out of order: in memory while small, in an unlinked temporary file beyond. */

import { randomBytes } from 'node:crypto';
import { readSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationalError, systemReason } from '../core/errors.js';

export class Spool {
  length = 0;
  /** Bytes kept in memory at most. */
  readonly memory: number;
  #chunks: Buffer[] = [];
  /** Where each chunk begins. */
  #starts: number[] = [];
  #file: FileHandle | undefined;

  constructor(memory = 64 << 20) {
    this.memory = memory;
  }

  /** Appends bytes; the chunk is kept as it is and must not be changed afterwards. */
  async write(chunk: Buffer): Promise<void> {
    if (!this.#file && this.length + chunk.length > this.memory) this.#file = await this.#spill();
    if (this.#file) await append(this.#file, chunk, this.length);
    else {
      this.#starts.push(this.length);
      this.#chunks.push(chunk);
    }
    this.length += chunk.length;
  }

  /** The bytes from the start, as often as wanted. */
  async *chunks(size = 1 << 20): AsyncGenerator<Buffer> {
    if (!this.#file) {
      yield* this.#chunks;
      return;
    }
    for (let at = 0; at < this.length; ) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(size), 0, size, at);
      if (bytesRead === 0) throw new OperationalError(place(), 'was cut short while it was in use');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /**
   * Fills `target` with the bytes from `position` on. Synchronous, because a random read of a few hundred bytes
   * costs a tenth of what a promise for it does.
   */
  readInto(target: Buffer, position: number): void {
    if (position + target.length > this.length) throw new Error('a read beyond the spool');
    if (this.#file) readFully(this.#file.fd, target, position, place());
    else this.#copy(target, position);
  }

  async close(): Promise<void> {
    this.#chunks = [];
    this.#starts = [];
    await this.#file?.close();
    this.#file = undefined;
  }

  #copy(target: Buffer, position: number): void {
    let low = 0;
    for (let high = this.#starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= position) low = middle;
      else high = middle;
    }
    for (let done = 0; done < target.length; low++) {
      const from = position + done - this.#starts[low]!;
      done += this.#chunks[low]!.copy(target, done, from);
    }
  }

  async #spill(): Promise<FileHandle> {
    const path = join(tmpdir(), `fmnist-${randomBytes(6).toString('hex')}.spool`);
    let file: FileHandle;
    try {
      file = await open(path, 'wx+', 0o600);
      // Unlinked at once: whatever ends this process, the space comes back.
      await unlink(path);
    } catch (error) {
      throw new OperationalError(place(), `cannot be made: ${systemReason(error)}`, {
        cause: error,
      });
    }
    let at = 0;
    for (const chunk of this.#chunks) {
      await append(file, chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    this.#starts = [];
    return file;
  }
}

const place = () => `a temporary file in ${tmpdir()} (TMPDIR)`;

async function append(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      const left = chunk.length - done;
      done += (await file.write(chunk, done, left, position + done)).bytesWritten;
    }
  } catch (error) {
    throw new OperationalError(place(), `cannot be written: ${systemReason(error)}`, {
      cause: error,
    });
  }
}

/** Fills `target` from an open file, or names `source` as cut short. */
export function readFully(fd: number, target: Buffer, position: number, source: string): void {
  for (let done = 0; done < target.length; ) {
    const got = readSync(fd, target, done, target.length - done, position + done);
    if (got === 0) throw new OperationalError(source, 'was cut short while it was in use');
    done += got;
  }
}
