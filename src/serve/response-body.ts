/** Predictions → the text of an answer: one JSON object, or NDJSON records as fmnist-predict writes them. */

import { answerAt } from '../engine/predicted-samples.js';
import type { Prediction } from '../engine/predictor.js';
import type { ClassList } from '../idx/classes.js';
import { float32Text } from '../ndjson/float-text.js';

/** Index of the most probable class of each image. */
export function bestOf({ probabilities }: Prediction, count: number): number[] {
  return Array.from({ length: count }, (_, i) => answerAt(probabilities, i, count).prediction);
}

export interface AnsweredPart {
  readonly rows: number;
  readonly columns: number;
  /** Of all images of the request, not of the part alone. */
  readonly pixels: Uint8Array;
  readonly start: number;
  readonly count: number;
  readonly probabilities: Float32Array;
  readonly best: readonly number[];
  readonly inverted: readonly boolean[];
  readonly labels: Uint8Array | undefined;
}

/** The entries of `predictions` for a part of the images, joined by commas; with `seen`, the images too. */
export function predictionEntries(
  part: AnsweredPart,
  classes: ClassList,
  top: number,
  seen = false,
): string {
  const size = classes.labels.length;
  let text = '';
  for (let i = 0; i < part.count; i++) {
    const row = part.probabilities.subarray(i * size, (i + 1) * size);
    const best = part.best[i]!;
    if (i > 0) text += ',';
    text += `{"index":${part.start + i}`;
    if (part.labels) text += `,"label":${part.labels[part.start + i]}`;
    text += `,"prediction":${classes.labels[best]},"class":${JSON.stringify(classes.names[best])}`;
    text += `,"confidence":${float32Text(row[best]!)}`;
    if (part.inverted[part.start + i]) text += ',"inverted":true';
    text += `,"top":[${topEntries(row, classes, top)}]`;
    text += seen ? `,${seenEntry(part, part.start + i)}}` : '}';
  }
  return text;
}

function seenEntry({ pixels, rows, columns }: AnsweredPart, index: number): string {
  const image = pixels.subarray(index * rows * columns, (index + 1) * rows * columns);
  return `"rows":${rows},"columns":${columns},"image":"${Buffer.from(image).toString('base64')}"`;
}

/** The most probable classes, the first of equals first. */
function topEntries(row: Float32Array, { labels, names }: ClassList, top: number): string {
  return [...row.keys()]
    .sort((a, b) => row[b]! - row[a]! || a - b)
    .slice(0, top)
    .map(
      (c) =>
        `{"label":${labels[c]},"name":${JSON.stringify(names[c])},"probability":${float32Text(row[c]!)}}`,
    )
    .join(',');
}
