/** A report on a folder for people at a terminal: what each part says, what is absent, what belongs together. */

import { styled } from '../picture/ansi.js';
import { rightInk, wrongInk } from '../picture/palette.js';
import { printable } from '../picture/printable.js';
import type { TextOptions } from '../picture/report-formats.js';
import { cut, padEnd, wrap } from '../picture/text-width.js';
import type { FolderReport } from './part.js';

/** The whole text, with a newline at its end. */
export function folderText(report: FolderReport, { level, width }: TextOptions): string {
  const { name, synthetic, parts, claims } = report;
  const room = Math.max(...parts.map(({ title }) => title.length)) + 2;
  const dim = (text: string) => styled(text, { dim: true }, level);
  const lines = [
    styled(
      cut(`${printable(name)}${synthetic ? ' (synthetic)' : ''}`, width),
      { bold: true },
      level,
    ),
    '',
    ...parts.flatMap(({ title, answer, absent = '' }) =>
      wrap(printable(answer ?? `absent: ${absent}`), width - room).map((said, i) => {
        const line = `${padEnd(i === 0 ? title : '', room)}${said}`;
        return answer === undefined ? dim(line) : line;
      }),
    ),
    ...(claims.length > 0 ? [''] : []),
    ...claims.map(({ claim, passed }) => {
      const mark = styled(passed ? '✓' : '✗', { colour: passed ? rightInk : wrongInk }, level);
      return `${mark} ${cut(printable(claim), width - 2)}${passed ? '' : ' — not so'}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
