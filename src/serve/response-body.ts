/** Response body in JSON: the entries of `predictions`. */

import type { ClassList } from '../idx/classes.js';
import { blankValue } from '../image/blank.js';
import { float32Text } from '../ndjson/float-text.js';
import type { PredictedPart } from './prediction-event.js';

/** Entries of `predictions` for a part of the images, joined by commas; with `seen`, the images too. */
export function predictionEntries(part: PredictedPart, top: number, seen = false): string {
  const { classes } = part;
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
    if (isBlank(part, i)) text += ',"blank":true';
    if (part.inverted[part.start + i]) text += ',"inverted":true';
    text += `,"top":[${topEntries(row, classes, top)}]`;
    text += seen ? `,${seenEntry(part, i)}}` : '}';
  }
  return text;
}

const imageOf = ({ pixels, rows, columns }: PredictedPart, i: number) =>
  pixels.subarray(i * rows * columns, (i + 1) * rows * columns);

const isBlank = (part: PredictedPart, i: number) => blankValue(imageOf(part, i)) !== undefined;

function seenEntry(part: PredictedPart, i: number): string {
  const { rows, columns } = part;
  const image = imageOf(part, i);
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
