/**
 * State that outlives a watch: the alerts that are firing, the time up to which all was
 * evaluated, and notifications not yet delivered.
 */

import { readFile } from 'node:fs/promises';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, systemReason } from '../core/errors.js';
import { withOutput } from '../io/output.js';
import type { Pending } from './notify/delivery.js';
import type { WatchState } from './watcher.js';

export interface StoredState extends WatchState {
  readonly pending: readonly Pending[];
}

/** Undefined where there is no file yet. OperationalError where it is no state. */
export async function readState(path: string): Promise<StoredState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OperationalError(path, systemReason(error), { cause: error });
  }
  try {
    const { format, until, firing, pending } = JSON.parse(text);
    if (format !== 1 || typeof firing !== 'object' || !Array.isArray(pending)) throw new Error();
    return { until: until ?? Number.NEGATIVE_INFINITY, firing, pending };
  } catch (error) {
    throw new OperationalError(path, 'is no state of fmnist-watch; remove it to begin anew', {
      cause: error,
    });
  }
}

/** Whole or not at all. */
export async function writeState(io: CommandIo, path: string, state: StoredState): Promise<void> {
  const { until, firing, pending } = state;
  const known = Number.isFinite(until) ? until : null;
  await withOutput(io, path, (sink) =>
    sink.write(`${JSON.stringify({ format: 1, until: known, firing, pending })}\n`),
  );
}
