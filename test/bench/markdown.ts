/** Tables for docs/figures.md, and the same rows for a terminal. */

import { table } from '../../src/picture/table.js';

export interface Sheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences under the table. */
  readonly notes: readonly string[];
}

/** The sheet as Markdown; columns behind the first stand on the right. */
export function markdown({ header, rows, notes }: Sheet): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${header.map((_, c) => (c === 0 ? '---' : '---:')).join('|')}|`;
  const sentences = notes.length > 0 ? ['', ...notes] : [];
  return [line(header), rule, ...rows.map(line), ...sentences].join('\n');
}

/** The sheet as aligned columns. */
export function plainSheet({ header, rows, notes }: Sheet): string {
  const align = header.map((_, c) => (c === 0 ? ('left' as const) : ('right' as const)));
  return [...table(header, rows, { align }), ...(notes.length > 0 ? ['', ...notes] : [])].join(
    '\n',
  );
}
