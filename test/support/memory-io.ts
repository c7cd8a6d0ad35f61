/** A program's surroundings in memory: for running `main` (by runCommand) inside a test, and for sinks. */

import { Readable, Writable } from 'node:stream';
import type { Command } from '../../src/cli/command.js';
import { runCommand } from '../../src/cli/run.js';
import type { CommandIo } from '../../src/core/environment.js';
import type { ByteSink } from '../../src/io/byte-sink.js';

export interface MemoryIo extends CommandIo {
  /** What was written so far. */
  stdoutBytes(): Buffer;
  stderrText(): string;
}

/** Streams that keep what they get; no terminals, `changes` over it. `input` is standard input. */
export function memoryIo(
  input: Uint8Array | string = '',
  changes: Partial<CommandIo> = {},
): MemoryIo {
  const out = collector();
  const err = collector();
  return {
    stdin: Readable.from([Buffer.from(input as string)], { objectMode: false }),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    program: 'fmnist-test',
    quiet: false,
    onInterrupt: () => () => {},
    onTermination: () => () => {},
    onStop: () => () => {},
    onHangup: () => () => {},
    ...changes,
    stdoutBytes: out.bytes,
    stderrText: () => err.bytes().toString('utf8'),
  };
}

export interface MemoryRun {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A command of any option table. */
type AnyCommand = Pick<Command, 'spec'> & {
  readonly main: (args: never, io: CommandIo) => Promise<number>;
};

/** Runs a command in this process on bytes in memory. */
export async function runInMemory(
  command: AnyCommand,
  argv: readonly string[],
  input: Uint8Array | string = '',
  changes: Partial<CommandIo> = {},
): Promise<MemoryRun> {
  const io = memoryIo(input, { program: `fmnist-${command.spec.name}`, ...changes });
  const status = await runCommand(command as Command, argv, io);
  return { status, stdout: io.stdoutBytes(), stderr: io.stderrText() };
}

/** A sink that keeps what it gets. */
export function memorySink(): ByteSink & { bytes(): Buffer } {
  const chunks: Buffer[] = [];
  return {
    name: 'memory',
    write: async (chunk) => {
      chunks.push(Buffer.from(chunk as string));
    },
    finish: async () => {},
    abort: async () => {},
    bytes: () => Buffer.concat(chunks),
  };
}

function collector(): { readonly stream: Writable; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
