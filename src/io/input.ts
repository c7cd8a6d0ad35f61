/** Opening what a program reads: `-` is standard input, gzip is undone wherever its magic is seen. */

import { createReadStream, fstatSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemReason, TroubleError, UsageError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { ByteReader } from './byte-reader.js';

const fileChunk = 1 << 20;

export interface InputOptions {
  /** Keep a SHA-256 of the decompressed bytes. */
  readonly hash?: boolean;
}

/**
 * Opens `name` for exact reads of its decompressed bytes.
 * A terminal on standard input is a UsageError: nobody types IDX by hand.
 */
export async function openInput(
  io: CommandIo,
  name: string,
  options: InputOptions = {},
): Promise<ByteReader> {
  const chunks = name === '-' ? standardInput(io) : await fileChunks(name);
  return new ByteReader(name, inflated(name, named(name, chunks)), options);
}

/** Reads a small side file (parameters, rules) whole, decompressed. */
export async function readSmallFile(io: CommandIo, name: string, most = 64 << 20): Promise<Buffer> {
  const reader = await openInput(io, name);
  const bytes = await reader.read(most + 1);
  await reader.close();
  if (bytes.length > most)
    throw new TroubleError(name, `is larger than ${most} bytes; a small file was expected`);
  return bytes;
}

/** Whether opening `name` a second time gives the same bytes again: true of regular files, not of pipes and standard input. */
export async function canReopen(name: string): Promise<boolean> {
  if (name === '-') return false;
  const stats = await stat(name).catch(() => undefined);
  return stats?.isFile() ?? false;
}

function standardInput(io: CommandIo): AsyncIterable<Uint8Array> {
  if (io.stdinIsTerminal)
    throw new UsageError('standard input is a terminal; name a file or pipe data in');
  // `< file`: larger reads than process.stdin makes. The descriptor stays the process's own.
  if (io.stdin === process.stdin && fstatSync(0).isFile())
    return createReadStream('', { fd: 0, autoClose: false, highWaterMark: fileChunk });
  return io.stdin;
}

async function fileChunks(name: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const handle = await open(name, 'r');
    const stats = await handle.stat();
    if (stats.isDirectory()) {
      await handle.close();
      throw Object.assign(new Error(), { code: 'EISDIR' });
    }
    return handle.createReadStream({ highWaterMark: fileChunk });
  } catch (error) {
    throw new TroubleError(name, systemReason(error), { cause: error });
  }
}

async function* named(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw new TroubleError(name, systemReason(error), { cause: error });
  }
}

/** Passes bytes through, undoing gzip (also several members in a row) when the first two bytes are its magic. */
async function* inflated(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < 2) {
      const next = await iterator.next();
      if (next.done) break;
      head.push(next.value);
      length += next.value.length;
    }
    const magic = Buffer.concat(head).subarray(0, 2);
    const rest = { [Symbol.asyncIterator]: () => iterator };
    if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
      yield* head;
      yield* rest;
      return;
    }
    yield* gunzipped(name, head, rest);
  } finally {
    await iterator.return?.();
  }
}

async function* gunzipped(
  name: string,
  head: Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let upstream: unknown;
  const raw = Readable.from(
    (async function* () {
      yield* head;
      yield* rest;
    })(),
    { objectMode: false },
  );
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  raw.on('error', (error) => {
    upstream = error;
    gunzip.destroy(error);
  });
  try {
    yield* raw.pipe(gunzip);
  } catch (error) {
    if (upstream) throw upstream;
    const cut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    throw new TroubleError(
      name,
      cut
        ? 'the gzip data are cut short; a complete gzip file was expected'
        : `the gzip data are damaged (${(error as Error).message}); a sound gzip file was expected`,
      { cause: error },
    );
  } finally {
    raw.destroy();
    gunzip.destroy();
  }
}
