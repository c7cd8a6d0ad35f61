/** Opening what a program reads: `-` is standard input, gzip is undone wherever its magic is seen. */

import { close, createReadStream, fstatSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, systemReason, UsageError } from '../core/errors.js';
import { ByteReader } from './byte-reader.js';
import { openDescriptor } from './file-sink.js';
import { inflated } from './gzip.js';

const fileChunk = 1 << 20;
const notAFile = 'is a directory; a file was expected';

export interface InputOptions {
  /** Keep a SHA-256 of the decompressed bytes. */
  readonly hash?: boolean;
  /** What messages call it, where the file's own name would say nothing (the URL of a downloaded file). */
  readonly as?: string;
}

/**
 * Opens `name` for exact reads of its decompressed bytes.
 * A terminal on standard input is a UsageError: IDX is not typed by hand. So is reading standard input twice.
 */
export async function openInput(
  io: CommandIo,
  name: string,
  options: InputOptions = {},
): Promise<ByteReader> {
  const chunks = name === '-' ? standardInput(io) : await fileChunks(name);
  const source = options.as ?? name;
  return new ByteReader(source, inflated(source, named(source, chunks)), options);
}

/** Reads a small side file (parameters, rules) whole, decompressed. */
export async function readSmallFile(io: CommandIo, name: string, most = 64 << 20): Promise<Buffer> {
  const reader = await openInput(io, name);
  const bytes = await reader.read(most + 1);
  await reader.close();
  if (bytes.length > most)
    throw new OperationalError(name, `is larger than ${most} bytes; a small file was expected`);
  return bytes;
}

/**
 * True if opening `name` a second time gives the same bytes again: of regular files, not of pipes
 * and standard input.
 */
export async function canReopen(name: string): Promise<boolean> {
  if (name === '-') return false;
  const stats = await stat(name).catch(() => undefined);
  return stats?.isFile() ?? false;
}

/** Opens a regular file from the byte `offset` on, as it stands: nothing is decompressed. */
export async function openFileAt(name: string, offset: number): Promise<ByteReader> {
  const reader = new ByteReader(name, named(name, await fileChunks(name, offset)));
  reader.offset = offset;
  return reader;
}

const taken = new WeakSet<object>();

function standardInput(io: CommandIo): AsyncIterable<Uint8Array> {
  if (io.stdinIsTerminal)
    throw new UsageError('standard input is a terminal; name a file or pipe data in');
  const { stdin } = io;
  if (taken.has(stdin))
    throw new UsageError('standard input can be read only once; - is named twice');
  taken.add(stdin);
  if (stdin !== process.stdin) return stdin;
  const stats = fstatSync(0);
  // Node would take it for an empty file.
  if (stats.isDirectory()) throw new OperationalError('-', notAFile);
  // `< file`: larger reads than process.stdin makes. The descriptor stays the process's own.
  return stats.isFile()
    ? createReadStream('', { fd: 0, autoClose: false, highWaterMark: fileChunk })
    : stdin;
}

async function fileChunks(name: string, start = 0): Promise<AsyncIterable<Uint8Array>> {
  try {
    const descriptor = await openDescriptor(name, 'r');
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) {
      close(descriptor);
      throw new OperationalError(name, notAFile);
    }
    return stats.isFIFO()
      ? pipeChunks(descriptor)
      : createReadStream('', {
          fd: descriptor,
          highWaterMark: fileChunk,
          ...(start > 0 && { start }),
        });
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    throw new OperationalError(name, systemReason(error), { cause: error });
  }
}

/**
 * A named pipe, or the shell's `<(…)`. Not read as a file: that would hold one of Node's few file threads, and this
 * process's end, until a silent writer says something.
 */
async function* pipeChunks(descriptor: number): AsyncGenerator<Uint8Array> {
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  const iterator = socket[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Only a read that is awaited keeps the process alive.
      socket.ref();
      const next = await iterator.next();
      socket.unref();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    socket.destroy();
  }
}

async function* named(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw new OperationalError(name, systemReason(error), { cause: error });
  }
}
