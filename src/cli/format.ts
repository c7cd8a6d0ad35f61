/** Format of a report: text at a terminal, NDJSON in a pipe, or the one given by an option or file name. */

import { extname } from 'node:path';
import type { CommandIo } from '../core/environment.js';

const extensions: Readonly<Record<string, string>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.txt': 'text',
  '.csv': 'csv',
  '.html': 'html',
  '.svg': 'svg',
  '.png': 'png',
};

export interface FormatChoice<F extends string> {
  /** `--format`, where given. */
  readonly format: F | undefined;
  /** `--output`, where given: its name may tell (`confusion.png`). */
  readonly output: string | undefined;
  /** What the program can write. */
  readonly formats: readonly F[];
}

/** Format given by the option; otherwise by the output file's name; otherwise text at a terminal and NDJSON elsewhere. */
export function chooseFormat<F extends string>(
  io: CommandIo,
  { format, output, formats }: FormatChoice<F>,
): F | 'text' | 'ndjson' {
  if (format) return format;
  if (output === undefined || output === '-') return io.stdoutIsTerminal ? 'text' : 'ndjson';
  const told = extensions[extname(output).toLowerCase()];
  return formats.find((known) => known === told) ?? 'ndjson';
}
