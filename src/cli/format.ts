/** In which format a report is written: rendered for people at a terminal, NDJSON for programs, or as asked. */

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

/** The format asked for; otherwise the one that the output file's name tells; otherwise text at a terminal and NDJSON elsewhere. */
export function chooseFormat<F extends string>(
  io: CommandIo,
  { format, output, formats }: FormatChoice<F>,
): F | 'text' | 'ndjson' {
  if (format) return format;
  if (output === undefined || output === '-') return io.stdoutIsTerminal ? 'text' : 'ndjson';
  const told = extensions[extname(output).toLowerCase()];
  return formats.find((known) => known === told) ?? 'ndjson';
}
