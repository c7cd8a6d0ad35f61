/** In which format a report is written: rendered for people at a terminal, NDJSON for programs, or as asked. */

import { extname } from 'node:path';
import type { CommandIo } from './io.js';

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

/** How wide a report for people may be: the terminal's columns, or `$COLUMNS`, or 80; at least 40. */
export function reportWidth(io: CommandIo): number {
  const { columns } = io.stdout as NodeJS.WriteStream;
  const told = Number.parseInt(io.env.COLUMNS ?? '', 10);
  return Math.max(40, columns || told || 80);
}
