/** Predictions as lines for people: what the model sees in each image, how sure it is, and whether it is right. */

import type { ClassList } from '../idx/classes.js';
import { type ColourLevel, styled } from './ansi.js';
import { bar } from './bars.js';
import { percent } from './numbers.js';
import { rightInk, wrongInk } from './palette.js';
import { printable } from './printable.js';
import { cut, padEnd, textWidth } from './text-width.js';

export interface PredictionTextOptions {
  readonly classes: ClassList;
  /** How many of the most probable classes to name. */
  readonly top: number;
  /** Images to come: the width of the index column. */
  readonly images: number;
  readonly level: ColourLevel;
  readonly width: number;
}

/** A batch of predictions: label values where known, and count × classes probabilities. */
export interface PredictionTextRows {
  readonly start: number;
  readonly count: number;
  /** [count] label values, where known. */
  readonly labels: Uint8Array | undefined;
  /** [count, classes]. */
  readonly probabilities: Float32Array;
}

const barWidth = 10;

/** A function from a batch to its lines: index, a mark where the label is known, then class, probability and bar, most probable first. */
export function predictionText(
  options: PredictionTextOptions,
): (rows: PredictionTextRows) => string {
  const { classes, level, width } = options;
  const size = classes.labels.length;
  const indexWidth = String(Math.max(0, options.images - 1)).length;
  const longest = Math.max(...classes.names.map((name) => textWidth(printable(name))));
  const nameWidth = Math.min(longest, Math.max(8, width - indexWidth - 24));
  const names = classes.names.map((name) => cut(printable(name), nameWidth));
  return ({ start, count, labels, probabilities }) => {
    let text = '';
    for (let i = 0; i < count; i++) {
      const row = probabilities.subarray(i * size, (i + 1) * size);
      const order = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
      const [best = 0, ...others] = order.slice(0, options.top);
      const truth = labels ? classes.labels.indexOf(labels[i]!) : undefined;
      const isRight = truth === undefined || truth === best;
      const colour = isRight ? rightInk : wrongInk;
      const mark = truth === undefined ? '' : styled(isRight ? '✓ ' : '✗ ', { colour }, level);
      const sure = row[best]!;
      const drawn = padEnd(bar(sure, barWidth), barWidth);
      const rest = [
        ...others.map((c) => `${names[c]} ${percent(row[c]!)}`),
        ...(isRight ? [] : [`is ${names[truth as number]}`]),
      ].join(', ');
      const line = `${String(start + i).padStart(indexWidth)}  ${mark}${padEnd(names[best]!, nameWidth)} ${percent(sure).padStart(7)} ${styled(drawn, { colour }, level)}`;
      text += `${rest ? `${line} ${styled(rest, { dim: isRight }, level)}` : line.trimEnd()}\n`;
    }
    return text;
  };
}
