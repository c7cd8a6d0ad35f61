/** Opening what a program writes: standard output with backpressure, or a file that appears whole or not at all. */

import { randomBytes } from 'node:crypto';
import { fchmod, fchown, fstatSync, type Stats } from 'node:fs';
import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, UsageError } from '../core/errors.js';
import type { ByteSink } from './byte-sink.js';
import {
  closeDescriptor,
  DirectSink,
  LogSink,
  named,
  openAtomic,
  openDescriptor,
} from './file-sink.js';
import { StreamSink } from './stream-sink.js';

/**
 * More than any stream's high-water mark: a writer that waits for such a chunk to drain has
 * waited until it was gone.
 */
export const reusableBytes = 1 << 17;

/**
 * Opens `-` or a file. Devices and pipes are written to directly, regular files by way of a temporary in
 * the same folder; a link's target is replaced, and its permissions are kept.
 * Two outputs on one place are a UsageError.
 */
export async function openOutput(io: CommandIo, name = '-'): Promise<ByteSink> {
  return name === '-' ? openStandardOutput(io) : named(name, () => openFile(name));
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
  return withOutputs(io, [name], ([sink]) => body(sink!));
}

/**
 * Runs `body` with one open sink a name, in the order of `names`. None is made final before every one has been
 * flushed, so that a full disk or a reader gone at the last byte leaves none of the files behind.
 */
export async function withOutputs<R>(
  io: CommandIo,
  names: readonly (string | undefined)[],
  body: (sinks: readonly ByteSink[]) => Promise<R>,
): Promise<R> {
  const open = new Set<ByteSink>();
  try {
    for (const name of names) open.add(await openOutput(io, name));
    const result = await body([...open]);
    for (const sink of open) await sink.flush?.();
    for (const sink of open) {
      await sink.finish();
      open.delete(sink);
    }
    return result;
  } catch (error) {
    for (const sink of open) await sink.abort();
    throw error;
  }
}

/**
 * Opens a log: written in place, each line there as soon as it is known, so that it can be followed, and tells
 * afterwards how far a run came that was ended. What the file held before is gone with the first line, not before:
 * a run that is refused leaves the log of the last one.
 */
export async function openLogSink(io: CommandIo, name: string): Promise<ByteSink> {
  if (name === '-') return openStandardOutput(io);
  return named(name, async () => {
    const target = descriptorName.test(name) ? name : await finalTarget(name);
    const release = claim(target, name);
    try {
      return new LogSink(name, await openDescriptor(target, 'a', 0o666), release);
    } catch (error) {
      release();
      throw error;
    }
  });
}

/**
 * Refuses binary data on a terminal, which they would leave in disorder: a UsageError says what
 * to do instead.
 */
export function refuseTerminal(sink: ByteSink): void {
  if (sink.isTerminal)
    throw new UsageError(
      'standard output is a terminal, and these are binary data; name a file or a pipe',
    );
}

function openStandardOutput(io: CommandIo): ByteSink {
  const name = 'standard output';
  const release = claim(io.stdout, name);
  if (io.stdout === process.stdout && !io.stdoutIsTerminal) {
    const stats = fstatSync(1);
    if (!stats.isFIFO() && !stats.isSocket()) return new DirectSink(name, 1, release, false);
  }
  return new StreamSink(io.stdout, name, io.stdoutIsTerminal, release);
}

/** Names of open descriptors: a file behind one is not to be replaced under its holders. */
const descriptorName = /^\/(dev\/(fd\/|std)|proc\/)/;

async function openFile(name: string): Promise<ByteSink> {
  const existing = await stat(name).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (existing?.isDirectory())
    throw new OperationalError(name, 'is a directory; a file was expected');
  if ((existing && !existing.isFile()) || descriptorName.test(name))
    return new DirectSink(name, await openDescriptor(name, 'w'), claim(name, name));
  const target = await finalTarget(name);
  // A file that may not be written to is not to be replaced either, though its folder would allow it.
  if (existing) await closeDescriptor(await openDescriptor(target, 'r+'));
  const release = claim(target, name);
  const temporary = join(dirname(target), `.fmnist-${randomBytes(6).toString('hex')}.tmp`);
  const sink = await openAtomic(name, target, temporary, release);
  try {
    if (existing) await copyOwnership(sink.descriptor, existing);
    return sink;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** The path behind all links (also dangling ones: `>` would create their target too), in an existing folder. */
async function finalTarget(name: string): Promise<string> {
  let path = name;
  for (let hops = 0; hops < 40; hops++) {
    const link = await readlink(path).catch(() => undefined);
    if (link === undefined) break;
    path = resolve(dirname(path), link);
  }
  const folder = await realpath(dirname(path)).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new OperationalError(name, `cannot be written: there is no folder ${dirname(path)}`, {
      cause: error,
    });
  });
  return join(folder, basename(path));
}

async function copyOwnership(descriptor: number, { mode, uid, gid }: Stats): Promise<void> {
  // Only root can give files away; for others the new file stays theirs.
  if (process.geteuid?.() === 0) await promisify(fchown)(descriptor, uid, gid);
  await promisify(fchmod)(descriptor, mode & 0o777);
}

const claimed = new Set<unknown>();

/** Marks a place as being written to; returns the release. */
function claim(place: unknown, name: string): () => void {
  if (claimed.has(place)) throw new UsageError(`${name} is named for two outputs`);
  claimed.add(place);
  return () => {
    claimed.delete(place);
  };
}
