/** Runs a program in this process: the only place that sets the exit status or reads the process's streams. */

import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { inspect } from 'node:util';
import type { CommandIo } from '../core/environment.js';
import {
  BrokenPipeError,
  exitStatus,
  OperationalError,
  systemReason,
  UsageError,
} from '../core/errors.js';
import { version } from '../core/version.js';
import type { Arguments, Command, CommandSpec } from './command.js';
import { helpText, usageLine } from './help.js';
import { loadCommand, specOf } from './option-tables.js';
import { programName } from './programs.js';
import { commonOptions } from './shared-options.js';

/**
 * Runs a program on the process's arguments and sets the exit status: what a launcher in bin/
 * calls. The command behind the option table is loaded once its words have been understood.
 */
export async function launch(
  name: string,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const spec = await specOf(name);
  const main: Command['main'] = async (args, io) => (await loadCommand(name)).main(args, io);
  await runInProcess({ spec, main }, argv);
}

/** Runs a command on this process's streams. */
export async function runInProcess(command: Command, argv: readonly string[]): Promise<void> {
  const { io, stdinUsed } = processIo(command.spec.name);
  let lost: NodeJS.ErrnoException | undefined;
  // Without a listener Node would crash here; the sink that writes reports the error in its own words.
  process.stdout.on('error', (error) => {
    lost ??= error;
  });
  process.stderr.on('error', () => {});
  let ended = false;
  // Nothing left to wait for, and yet the program has not returned: a fault of ours, which must not pass for success.
  process.once('exit', () => {
    if (ended) return;
    process.exitCode = exitStatus.trouble;
    writeSync(2, `${io.program}: ended in the middle of its work; this is unexpected\n`);
  });
  const status = await runCommand(command, argv, io);
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  ended = true;
  process.exitCode = status;
  if (lost && lost.code !== 'EPIPE' && status === exitStatus.fine) {
    io.stderr.write(`${io.program}: standard output: cannot be written: ${systemReason(lost)}\n`);
    process.exitCode = exitStatus.trouble;
  }
  // Let go of the pipe we read, so that a writer at its other end is not kept waiting.
  if (stdinUsed()) process.stdin.destroy();
}

/** Runs a command on any streams; returns the exit status and never throws. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  io: CommandIo,
): Promise<number> {
  const spec = withCommonOptions(command.spec);
  try {
    const asked = askedFor(argv);
    if (asked) return show(asked, spec, io);
    const { parseArguments } = await import('./parse.js');
    const args = parseArguments(spec, argv);
    const { help, version, quiet } = args.options;
    if (help || version) return show(help ? 'help' : 'version', spec, io);
    return await command.main(args as Arguments, quiet ? quietened(io) : io);
  } catch (error) {
    return report(error, spec, io);
  }
}

function show(what: 'help' | 'version', spec: CommandSpec, io: CommandIo): number {
  io.stdout.write(what === 'help' ? helpText(spec) : `${io.program} ${version()}\n`);
  return exitStatus.fine;
}

/** Every program takes the common options, so no table repeats them. */
export function withCommonOptions(spec: CommandSpec): CommandSpec {
  return { ...spec, options: { ...spec.options, ...commonOptions } };
}

/** Help and version are given whatever else is wrong with the words; clusters such as `-qh` are seen after parsing. */
function askedFor(argv: readonly string[]): 'help' | 'version' | undefined {
  for (const word of argv) {
    if (word === '--') return undefined;
    if (word === '--help' || word === '-h') return 'help';
    if (word === '--version' || word === '-V') return 'version';
  }
  return undefined;
}

function report(error: unknown, spec: CommandSpec, io: CommandIo): number {
  if (error instanceof BrokenPipeError) return exitStatus.fine;
  const debug = io.env.FMNIST_DEBUG === '1';
  io.stderr.write(`${io.program}: ${error instanceof Error ? error.message : String(error)}\n`);
  // With its causes, which the one line leaves out.
  if (debug) io.stderr.write(`${inspect(error)}\n`);
  if (error instanceof UsageError) {
    io.stderr.write(`${usageLine(spec)}\nTry '${io.program} --help'.\n`);
    return error.status;
  }
  if (error instanceof OperationalError) return error.status;
  if (!debug)
    io.stderr.write(`${io.program}: this is unexpected; FMNIST_DEBUG=1 shows where it happened\n`);
  return exitStatus.trouble;
}

/** The same environment with `quiet` set; standard input stays untouched. */
function quietened(io: CommandIo): CommandIo {
  return Object.create(io, { quiet: { value: true, enumerable: true } });
}

/** Environment of the process, and whether the program has used standard input. */
function processIo(name: string): { readonly io: CommandIo; readonly stdinUsed: () => boolean } {
  let used = false;
  const io: CommandIo = {
    // Made on first use: Node sets a pipe to non-blocking, and others may be reading from the same one.
    get stdin() {
      used = true;
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: isatty(1),
    stderrIsTerminal: isatty(2),
    program: programName(name),
    quiet: false,
    onInterrupt,
    onTermination,
    onStop,
    onHangup,
  };
  return { io, stdinUsed: () => used };
}

/** The program handles the first SIGINT; the second ends it. */
function onInterrupt(handler: () => void): () => void {
  return takeOver('SIGINT', handler);
}

/** The first SIGTERM ends the program when it is ready, the second at once. */
function onTermination(prepare: () => Promise<void>): () => void {
  const giveBack = takeOver('SIGTERM', async () => {
    await prepare();
    giveBack();
    process.kill(process.pid, 'SIGTERM');
  });
  return giveBack;
}

/** The program handles the first SIGTERM or SIGINT; the second ends it. */
function onStop(handler: () => void): () => void {
  const givenBack = [takeOver('SIGTERM', handler), takeOver('SIGINT', handler)];
  return () => {
    for (const giveBack of givenBack) giveBack();
  };
}

/** The program handles every SIGHUP. */
function onHangup(handler: () => void): () => void {
  process.on('SIGHUP', handler);
  return () => {
    process.off('SIGHUP', handler);
  };
}

/** Calls `handler` on the first `signal`; the second one has its default effect. */
function takeOver(signal: NodeJS.Signals, handler: () => void): () => void {
  let asked = false;
  const giveBack = () => {
    process.off(signal, listener);
  };
  const listener = () => {
    if (!asked) handler();
    else {
      giveBack();
      process.kill(process.pid, signal);
    }
    asked = true;
  };
  process.on(signal, listener);
  return giveBack;
}
