/** Cleanup when the process ends, also by a signal: half-written files, a hidden cursor. */

import { unlinkSync } from 'node:fs';

const actions = new Set<() => void>();
const doomed = new Map<string, () => void>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let installed = false;

/**
 * Runs `action` when the process ends, be it by SIGINT, SIGTERM or SIGHUP (SIGKILL leaves no time).
 * It must be synchronous and must not throw. Returns a function that takes it off the list again.
 */
export function atExit(action: () => void): () => void {
  actions.add(action);
  install();
  return () => actions.delete(action);
}

/** Removes the file `path` when the process ends, unless `keep` is called first. */
export function removeAtExit(path: string): void {
  const remove = () => {
    try {
      unlinkSync(path);
    } catch {
      // Already gone, or never created: there is nothing left to remove either way.
    }
  };
  doomed.set(path, atExit(remove));
}

/** Takes `path` off the list: it is finished, or already gone. */
export function keep(path: string): void {
  doomed.get(path)?.();
  doomed.delete(path);
}

function install(): void {
  if (installed) return;
  installed = true;
  process.once('exit', runAll);
  for (const signal of signals) process.on(signal, endBy);
}

function runAll(): void {
  for (const action of actions) action();
  actions.clear();
}

/** Dies of the signal, as a shell expects, unless a program has taken it over (a second listener is there). */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  runAll();
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
