/** Follows a growing file, as tail -F does, through rotation and truncation. */

import { fstatSync, read } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { OperationalError, systemReason } from '../core/errors.js';
import { closeDescriptor, openDescriptor } from './file-sink.js';
import { quiet } from './quiet.js';

const readSome = promisify(read);

export interface FollowOptions {
  /** Ends the stream after the bytes present at that time. */
  readonly signal: AbortSignal;
  /** Called when another file has taken the name, or the file was truncated. */
  readonly changed?: (what: 'rotated' | 'truncated') => void;
  /** Polling interval in milliseconds; default 250. */
  readonly pause?: number;
}

const chunkSize = 1 << 18;
const newline = 0x0a;

/**
 * The bytes of a file from its beginning on, for as long as the signal lets it. A file that is moved away is read to
 * its end before the one that took its name is read from its beginning; one that was cut is read from its beginning.
 * Where the old one ended within a line, that line is ended. The file must be there at first; later it may be away for
 * a while.
 */
export async function* followFile(
  name: string,
  options: FollowOptions,
): AsyncGenerator<Uint8Array> {
  const { signal, changed, pause = 250 } = options;
  let descriptor = await open(name);
  let at = 0;
  let withinLine = false;
  try {
    for (;;) {
      const ended = signal.aborted;
      const successor = await another(name, descriptor);
      for await (const chunk of rest(descriptor, at)) {
        at += chunk.length;
        withinLine = chunk.at(-1) !== newline;
        yield chunk;
      }
      const cut = fstatSync(descriptor).size < at;
      if (successor || cut) {
        if (withinLine) yield Buffer.from('\n');
        changed?.(successor ? 'rotated' : 'truncated');
        [at, withinLine] = [0, false];
      }
      if (successor) {
        const next = await open(name).catch(() => undefined);
        if (next !== undefined) {
          await closeDescriptor(descriptor);
          descriptor = next;
        }
      } else if (!cut) {
        if (ended) return;
        await quiet(pause, signal);
      }
    }
  } finally {
    await closeDescriptor(descriptor).catch(() => {});
  }
}

async function* rest(descriptor: number, from: number): AsyncGenerator<Uint8Array> {
  let at = from;
  for (;;) {
    const buffer = Buffer.allocUnsafe(chunkSize);
    const { bytesRead } = await readSome(descriptor, buffer, 0, chunkSize, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** True if the name is another file's by now. A name that no file has is still the old one's. */
async function another(name: string, descriptor: number): Promise<boolean> {
  const there = await stat(name).catch(() => undefined);
  const ours = fstatSync(descriptor);
  return there !== undefined && (there.ino !== ours.ino || there.dev !== ours.dev);
}

async function open(name: string): Promise<number> {
  const descriptor = await openDescriptor(name, 'r').catch((error) => {
    throw new OperationalError(name, systemReason(error), { cause: error });
  });
  if (fstatSync(descriptor).isFile()) return descriptor;
  await closeDescriptor(descriptor);
  throw new OperationalError(
    name,
    'is no regular file; a file that grows was expected (a pipe needs no --follow)',
  );
}
