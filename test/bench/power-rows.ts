/** What drift is told by of many images, measured once: every feature, and the model's word; windows are draws of these rows. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { imageFeatures } from '../../src/drift/image-observations.js';
import { complemented } from '../../src/drift/observation.js';
import { openPredictor } from '../../src/engine/open-predictor.js';
import type { Predictor } from '../../src/engine/predictor.js';
import { openSet } from '../../src/idx/set-reader.js';
import { rawBatches } from '../../src/image/raw-pixels.js';
import { openFileAt } from '../../src/io/input.js';
import { openModel } from '../../src/model/model.js';
import { onGrid } from '../../src/profile/sketch.js';
import { paths } from '../support/paths.js';

export interface Images {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  /** count × rows × columns bytes. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Rows of a source: windows are drawn of them. */
export interface Pool {
  readonly count: number;
  /** One number a row, as a sketch keeps it; NaN where an image lacks the feature. */
  readonly features: ReadonlyMap<string, Float64Array>;
  /** Predicted and true labels. */
  readonly predictions: Uint8Array;
  readonly labels: Uint8Array;
}

/** Features that are the model's word on an image, and no feature of the image. */
export const modelFeatures: ReadonlySet<string> = new Set(['confidence', 'margin']);

/** The images of a labelled set in a file, all in memory. */
export async function readImages(path: string): Promise<Images> {
  const reader = await openFileAt(path, 0);
  const set = await openSet(reader, { labels: 'required' });
  const { rows, columns, count } = set.images;
  const pixels = new Uint8Array(count * rows * columns);
  for await (const batch of rawBatches(set)) pixels.set(batch.pixels, batch.start * rows * columns);
  return { rows, columns, count, pixels, labels: set.labels ?? new Uint8Array(count) };
}

export async function openBenchPredictor(bytes: Uint8Array, path: string): Promise<Predictor> {
  return openPredictor({ env: process.env }, openModel(bytes, path), { engine: 'onnxruntime' });
}

const batch = 500;

export async function measure(images: Images, predictor: Predictor): Promise<Pool> {
  const { count, pixels, labels } = images;
  const size = images.rows * images.columns;
  const { classes } = predictor.info;
  const width = classes.labels.length;
  const features = new Map<string, Float64Array>();
  const predictions = new Uint8Array(count);
  const set = (name: string, i: number, value: number) => {
    const column = features.get(name) ?? new Float64Array(count).fill(Number.NaN);
    features.set(name, column);
    column[i] = complemented.has(name) ? 1 - onGrid(1 - value) : onGrid(value);
  };
  for (let start = 0; start < count; start += batch) {
    const some = Math.min(batch, count - start);
    const part = pixels.subarray(start * size, (start + some) * size);
    const { probabilities } = await predictor.predict(part, some);
    for (let i = 0; i < some; i++) {
      const image = part.subarray(i * size, (i + 1) * size);
      for (const [name, value] of imageFeatures(image, images)) set(name, start + i, value);
      const { best, first, second } = topTwo(probabilities.subarray(i * width, (i + 1) * width));
      set('confidence', start + i, first);
      set('margin', start + i, first - second);
      predictions[start + i] = classes.labels[best]!;
    }
  }
  return { count, features, predictions, labels };
}

function topTwo(shares: Float32Array): { best: number; first: number; second: number } {
  let [best, first, second] = [0, -1, -1];
  for (const [c, share] of shares.entries())
    if (share > first) [best, first, second] = [c, share, first];
    else if (share > second) second = share;
  return { best, first: Math.min(1, first), second };
}

/** Where the power study leaves rows for others to judge. */
export const rowsFolder = join(paths.root, 'build/power/rows');

/** A pool as a table: a column a feature, then the predicted and the true label. */
export function writePool(file: string, { count, features, predictions, labels }: Pool): void {
  const lines = [[...features.keys(), 'prediction', 'label'].join(',')];
  for (let i = 0; i < count; i++) {
    const values = [...features.values()].map((column) => column[i]!);
    const cells = values.map((value) => (Number.isNaN(value) ? '' : String(value)));
    lines.push([...cells, predictions[i], labels[i]].join(','));
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
}

export function readPool(file: string): Pool {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const cells = lines.map((line) =>
    line.split(',').map((cell) => (cell === '' ? NaN : Number(cell))),
  );
  const columns = head.split(',').map((_, c) => Float64Array.from(cells, (row) => row[c]!));
  const names = head.split(',').slice(0, -2);
  return {
    count: lines.length,
    features: new Map(names.map((name, c) => [name, columns[c] as Float64Array])),
    predictions: Uint8Array.from(columns.at(-2) ?? []),
    labels: Uint8Array.from(columns.at(-1) ?? []),
  };
}
