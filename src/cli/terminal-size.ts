/** Width of output for people, in columns. */

import type { CommandIo } from '../core/environment.js';

/** Columns of the terminal on standard output; otherwise `$COLUMNS`, otherwise 80. At least `least`, for output that needs that much. */
export function outputWidth(io: CommandIo, least = 40): number {
  const { columns } = io.stdout as { readonly columns?: number };
  if (io.stdoutIsTerminal && columns !== undefined && columns > 0) return Math.max(least, columns);
  const wanted = /^[1-9]\d{0,4}$/.test(io.env.COLUMNS ?? '') ? Number(io.env.COLUMNS) : 80;
  return Math.max(least, wanted);
}
