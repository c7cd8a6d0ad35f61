/** Files that must not outlive the process half-written: removed at exit, also when a signal ends us. */

import { unlinkSync } from 'node:fs';

const doomed = new Set<string>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let installed = false;

/** Removes `path` when the process ends, unless `keep` is called first. */
export function removeAtExit(path: string): void {
  doomed.add(path);
  if (installed) return;
  installed = true;
  process.once('exit', removeAll);
  for (const signal of signals) process.on(signal, () => endBy(signal));
}

/** Takes `path` off the list: it is finished, or already gone. */
export function keep(path: string): void {
  doomed.delete(path);
}

function removeAll(): void {
  for (const path of doomed) {
    try {
      unlinkSync(path);
    } catch {
      // Already gone, or never created: there is nothing left to remove either way.
    }
  }
  doomed.clear();
}

/** Dies of the signal, as a shell expects, unless a program has taken it over (a second listener is there). */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
