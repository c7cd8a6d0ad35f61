/** Predictions → NDJSON lines, written by hand: they are most of what the suite writes, and f32 have their own text. */

import type { ClassList } from '../idx/classes.js';
import { float32List, float32Text } from './float-text.js';

export interface PredictionRows {
  /** Position of the first row in the stream. */
  readonly start: number;
  readonly count: number;
  /** [count] index of the first image with the same pixels; undefined of an image that is the first. */
  readonly copyOf?: readonly (number | undefined)[];
  /** [count]: true for an image of one value throughout. */
  readonly blank?: readonly boolean[];
  /** [count] label values, where known. */
  readonly labels: Uint8Array | undefined;
  /** [count, classes]. */
  readonly probabilities: Float32Array;
  /** [count, classes]. */
  readonly logits: Float32Array;
}

export interface PredictionLineOptions {
  /** Write only so many classes, named, instead of all probabilities. */
  readonly top?: number | undefined;
  /** Write the logits too. */
  readonly logits?: boolean;
}

/** The lines of a batch of `prediction` records, each with its newline. */
export function predictionLines(
  rows: PredictionRows,
  classes: ClassList,
  { top, logits = false }: PredictionLineOptions = {},
): string {
  const size = classes.labels.length;
  const names = classes.names.map((name) => JSON.stringify(name));
  let text = '';
  for (let i = 0; i < rows.count; i++) {
    const [from, to] = [i * size, (i + 1) * size];
    const row = rows.probabilities.subarray(from, to);
    text += `{"type":"prediction","index":${rows.start + i}`;
    if (rows.copyOf?.[i] !== undefined) text += `,"copyOf":${rows.copyOf[i]}`;
    if (rows.blank?.[i]) text += ',"blank":true';
    if (rows.labels) text += `,"label":${rows.labels[i]}`;
    text += `,"prediction":${classes.labels[indexOfLargest(row)]}`;
    text +=
      top === undefined
        ? `,"probabilities":${float32List(row)}`
        : `,"top":[${largest(row, top)
            .map(
              (c) =>
                `{"label":${classes.labels[c]},"name":${names[c]},"probability":${float32Text(row[c]!)}}`,
            )
            .join(',')}]`;
    if (logits) text += `,"logits":${float32List(rows.logits, from, to)}`;
    text += '}\n';
  }
  return text;
}

/** The index of the largest value, the first of equals. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** The indexes of the `count` largest values, largest first, the first of equals first. */
function largest(values: Float32Array, count: number): number[] {
  return [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}
