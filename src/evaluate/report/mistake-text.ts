/** Most confident mistakes at a terminal: pictures side by side where pixels and colours are available, else a table. */

import type { Mistake } from '../../metrics/mistakes.js';
import { styled } from '../../picture/ansi.js';
import { percent } from '../../picture/numbers.js';
import type { TextOptions } from '../../picture/report-formats.js';
import { table } from '../../picture/table.js';
import { terminalImage } from '../../picture/terminal-image.js';
import { cut, padEnd } from '../../picture/text-width.js';
import type { Report } from './report.js';

/** Columns of a picture, and between pictures. */
const pictureWidth = 18;
const gap = 2;

/** Number of pictures that fit side by side; the default number of mistakes shown. */
export function mistakesInARow(width: number): number {
  return Math.max(1, Math.floor((width + gap) / (pictureWidth + gap)));
}

/** Renders the lines; none where there are no mistakes. */
export function mistakeLines(
  { predictions, evaluation: { mistakes } }: Report,
  names: readonly string[],
  options: TextOptions,
): string[] {
  if (mistakes.length === 0) return [];
  const head = styled('most confident mistakes', { dim: true }, options.level);
  const { shape } = predictions;
  if (!shape || options.level < 2 || !mistakes.every((mistake) => mistake.pixels))
    return [head, ...mistakeTable(mistakes, names)];
  const perRow = mistakesInARow(options.width);
  const lines = [head];
  for (let i = 0; i < mistakes.length; i += perRow) {
    if (i > 0) lines.push('');
    lines.push(...pictureRow(mistakes.slice(i, i + perRow), names, shape, options));
  }
  return lines;
}

function mistakeTable(mistakes: readonly Mistake[], names: readonly string[]): string[] {
  return table(
    ['image', 'taken for', 'probability', 'is really', 'probability'],
    mistakes.map(({ index, truth, prediction, confidence, truthProbability }) => [
      String(index),
      cut(names[prediction]!, 24),
      percent(confidence),
      cut(names[truth]!, 24),
      percent(truthProbability),
    ]),
    { align: ['right', 'left', 'right', 'left', 'right'] },
  );
}

function pictureRow(
  mistakes: readonly Mistake[],
  names: readonly string[],
  shape: { readonly rows: number; readonly columns: number },
  { level }: TextOptions,
): string[] {
  const columns = Math.min(pictureWidth, shape.columns);
  const blocks = mistakes.map(({ pixels = new Uint8Array(), ...mistake }) => {
    const caption = (text: string) => padEnd(cut(text, pictureWidth), pictureWidth);
    const confidence = percent(mistake.confidence);
    const name = cut(names[mistake.prediction]!, pictureWidth - confidence.length - 1);
    return [
      ...terminalImage({ ...shape, pixels }, { level, width: pictureWidth }).map(
        (line) => line + ' '.repeat(pictureWidth - columns),
      ),
      caption(`${name} ${confidence}`),
      styled(caption(`is ${names[mistake.truth]}`), { dim: true }, level),
      styled(caption(`image ${mistake.index}`), { dim: true }, level),
    ];
  });
  return (blocks[0] ?? []).map((_, i) =>
    blocks
      .map((block) => block[i])
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
