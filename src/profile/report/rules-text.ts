/** The outcome of rules, for people. */

import type { RuleRecord } from '../../ndjson/statistics-records.js';
import { type ColourLevel, styled } from '../../picture/ansi.js';
import { grouped } from '../../picture/numbers.js';
import { rightInk, wrongInk } from '../../picture/palette.js';
import { printable } from '../../picture/printable.js';
import type { Summary } from '../summary.js';
import { setName, setSize } from './wording.js';

/** One line a rule, the images at fault under those that are broken. */
export function rulesText(
  summary: Summary,
  rules: readonly RuleRecord[],
  { level }: { readonly level: ColourLevel },
): string {
  const lines = rules.flatMap(({ passed, name, sentence, count, rows }) => {
    const colour = passed ? rightInk : wrongInk;
    const mark = styled(passed ? '✓' : '✗', { colour, bold: true }, level);
    const title = name === undefined ? '' : `${printable(name)}: `;
    return [
      `${mark} ${title}${printable(sentence)}`,
      ...(rows && rows.length > 0
        ? [styled(`  ${rowWords(rows, count ?? 0)}`, { dim: true }, level)]
        : []),
    ];
  });
  const broken = rules.filter(({ passed }) => !passed).length;
  const verdict = broken
    ? `${broken} of ${rules.length} rules broken`
    : `all ${rules.length} rules kept`;
  return `${[`${setName(summary)}: ${setSize(summary)}`, '', ...lines, '', verdict].join('\n')}\n`;
}

function rowWords(rows: readonly number[], count: number): string {
  const shown = rows.slice(0, 10).map((row) => grouped(row));
  const left = count - shown.length;
  return `images ${shown.join(', ')}${left > 0 ? ` and ${grouped(left)} more` : ''}`;
}
