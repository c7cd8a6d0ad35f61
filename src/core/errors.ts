/** The errors a user may see, and the exit status each one means. */

import { getSystemErrorMap } from 'node:util';

export const exitStatus = { fine: 0, trouble: 1, usage: 2, no: 3 } as const;

/** Operational error, in data, files or the machine: exit status 1. The message says where, what is wrong and what was expected. */
export class OperationalError extends Error {
  override name = 'OperationalError';
  readonly status: number = exitStatus.trouble;

  /** `source` is the file, stream or record at fault; `-` reads as "standard input". */
  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`${displayName(source)}: ${problem}`, options);
  }
}

/** Runs `body`; a RangeError about its data becomes an OperationalError that names their source. */
export function withSource<R>(source: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OperationalError(source, error.message, { cause: error });
  }
}

/** Wrong words on the command line: exit status 2, followed by a hint at `--help`. */
export class UsageError extends Error {
  override name = 'UsageError';
  readonly status: number = exitStatus.usage;
}

/** The reader of our output has gone away; not an error to anyone (exit status 0). */
export class BrokenPipeError extends Error {
  override name = 'BrokenPipeError';
}

/** Name of a source in messages. */
export function displayName(source: string): string {
  return source === '-' ? 'standard input' : source;
}

/** A word of the user's between quotation marks, on one line whatever it holds. */
export function quoted(text: string): string {
  return `'${text.replace(controls, (c) => JSON.stringify(c).slice(1, -1))}'`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f]/g;

/** Reasons by error code, where the system's own words do not say what was expected. */
const reasons: Readonly<Record<string, string>> = {
  EISDIR: 'is a directory; a file was expected',
  ENOTDIR: 'a part of the path is not a directory',
  EDQUOT: 'disk quota exceeded',
  ERR_STREAM_PREMATURE_CLOSE: 'the stream was closed before its end',
};

/** The reason of a system error in words: `no such file or directory` rather than the whole Node message. */
export function systemReason(error: unknown): string {
  const { code = '', errno } = (error ?? {}) as NodeJS.ErrnoException;
  if (Object.hasOwn(reasons, code)) return reasons[code]!;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known?.[1] ?? (error instanceof Error ? error.message : String(error));
}
