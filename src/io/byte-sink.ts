/** Byte sinks: the interface of files and streams that are written to. */

/**
 * Sink of bytes. `finish` makes them final, `abort` leaves nothing behind (what stdout already
 * has, stays).
 */
export interface ByteSink {
  readonly name: string;
  /** Whether a person looks at it: no place for binary data. */
  readonly isTerminal?: boolean;
  /** Resolves when the sink will take more. A chunk of `reusableBytes` or more may then be overwritten; a smaller one may still be waiting. */
  write(chunk: Uint8Array | string): Promise<void>;
  /** Resolves when the system has all that was written (files: on the disk), and nothing but `finish` is left to do. */
  flush?(): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}
