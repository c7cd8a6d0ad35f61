/**
 * Environment of a program: its streams, variables, terminals and signals. `cli/run.ts` fills it
 * from the process, tests fill it themselves.
 */

import type { Readable, Writable } from 'node:stream';

export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** `fmnist-stats`: how this program signs its messages. */
  readonly program: string;
  /** `--quiet` was given. */
  readonly quiet: boolean;
  /**
   * Calls `handler` on the first SIGINT instead of ending the process; a second one ends it.
   * Returns a function that gives SIGINT back.
   */
  readonly onInterrupt: (handler: () => void) => () => void;
  /**
   * Calls `prepare` on the first SIGTERM: the process ends by it once that has resolved, or by a second one at once.
   * Returns a function that gives SIGTERM back.
   */
  readonly onTermination: (prepare: () => Promise<void>) => () => void;
  /**
   * For services: calls `handler` on the first SIGTERM or SIGINT; a second one ends the process at once.
   * Returns a function that gives the signals back.
   */
  readonly onStop: (handler: () => void) => () => void;
  /** Calls `handler` on every SIGHUP. Returns a function that gives the signal back. */
  readonly onHangup: (handler: () => void) => () => void;
}
