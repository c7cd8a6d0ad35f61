/** The errors a user may see, and the exit status each one means. */

export const exitStatus = { fine: 0, trouble: 1, usage: 2, no: 3 } as const;

/** Trouble with data, files or the machine: exit status 1. The message says where, what was wrong and what was expected. */
export class TroubleError extends Error {
  override name = 'TroubleError';
  readonly status: number = exitStatus.trouble;

  /** `source` is the file, stream or record at fault; `-` reads as "standard input". */
  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`${displayName(source)}: ${problem}`, options);
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

/** How a source is named in messages. */
export function displayName(source: string): string {
  return source === '-' ? 'standard input' : source;
}

/** The reason of a system error in words: `no such file or directory` rather than the whole Node message. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException)?.code;
  const words: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EISDIR: 'is a directory; a file was expected',
    ENOTDIR: 'a part of the path is not a directory',
    ENOSPC: 'no space left on device',
    EDQUOT: 'disk quota exceeded',
    EROFS: 'read-only file system',
    EFBIG: 'file too large',
    EMFILE: 'too many open files',
    EEXIST: 'file exists',
    EIO: 'input/output error',
  };
  if (code && words[code]) return words[code];
  return error instanceof Error ? error.message : String(error);
}
