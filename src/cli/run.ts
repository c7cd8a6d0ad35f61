/** Runs a program in this process: the only place that sets the exit status or reads the process's streams. */

import { BrokenPipeError, exitStatus, systemReason, TroubleError, UsageError } from './errors.js';
import { helpText, usageLine } from './help.js';
import type { CommandIo } from './io.js';
import { programName } from './programs.js';
import { commonOptions } from './shared-options.js';
import type { Arguments, Command, CommandSpec } from './spec.js';
import { loadCommand, specOf } from './specs.js';
import { version } from './version.js';

/**
 * What a launcher in bin/ calls: runs a program on the process's words and sets the exit status.
 * The command behind the option table is loaded once its words have been understood.
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
  const io = processIo(command.spec.name, argv);
  let lost: NodeJS.ErrnoException | undefined;
  // Without a listener Node would crash here; the sink that writes reports the error in its own words.
  process.stdout.on('error', (error) => {
    lost ??= error;
  });
  process.stderr.on('error', () => {});
  process.exitCode = await runCommand(command, argv, io);
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  if (lost && lost.code !== 'EPIPE' && process.exitCode === exitStatus.fine) {
    io.stderr.write(`${io.program}: standard output: ${systemReason(lost)}\n`);
    process.exitCode = exitStatus.trouble;
  }
  // Let go of the pipe we read, so that a writer at its other end is not kept waiting.
  if (!io.stdinIsTerminal) process.stdin.destroy();
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
    if (asked) {
      io.stdout.write(asked === 'help' ? helpText(spec) : `${io.program} ${version()}\n`);
      return exitStatus.fine;
    }
    const { parseArguments } = await import('./parse.js');
    return await command.main(parseArguments(spec, argv) as Arguments, io);
  } catch (error) {
    return report(error, spec, io);
  }
}

/** Every program takes the common options, so no table repeats them. */
export function withCommonOptions(spec: CommandSpec): CommandSpec {
  return { ...spec, options: { ...spec.options, ...commonOptions } };
}

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
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`${io.program}: ${message}\n`);
  if (io.env.FMNIST_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  if (error instanceof UsageError) {
    io.stderr.write(`${usageLine(spec)}\nTry '${io.program} --help'.\n`);
    return error.status;
  }
  if (!(error instanceof TroubleError) && io.env.FMNIST_DEBUG !== '1')
    io.stderr.write(`${io.program}: this is unexpected; FMNIST_DEBUG=1 shows where it happened\n`);
  return error instanceof TroubleError ? error.status : exitStatus.trouble;
}

function processIo(name: string, argv: readonly string[]): CommandIo {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    stdinIsTerminal: process.stdin.isTTY === true,
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    program: programName(name),
    quiet: argv.includes('--quiet') || argv.includes('-q'),
    onInterrupt: (handler) => {
      process.on('SIGINT', handler);
      return () => process.off('SIGINT', handler);
    },
  };
}
