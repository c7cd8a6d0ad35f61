/** The prediction log: a `served` record an image (see fmnist-records(5)), for drift, feedback and retraining. */

import { brightnessOf } from '../../image/features/light.js';
import type { ImageFeatures } from '../../image/features/measure.js';
import type { AnyRecord } from '../../ndjson/records.js';
import type { ServedRecord } from '../../ndjson/served-record.js';
import { Gauge } from '../metrics/exposition.js';
import type { ServeMetrics } from '../metrics/serve-metrics.js';
import type { Answered } from '../route.js';
import { shareOf } from '../share.js';
import type { LineFile } from './line-file.js';
import { MeasuringQueue } from './measuring-queue.js';

/** The shares of the images of which more is kept than what was said of them, 0 to 1. */
export interface Kept {
  readonly pixels: number;
  readonly features: number;
}

export class PredictionLog {
  readonly #queue: MeasuringQueue;

  constructor(
    readonly file: LineFile,
    readonly kept: Kept = { pixels: 0, features: 1 },
  ) {
    this.#queue = new MeasuringQueue((line) => file.add(line));
  }

  /** Notes the images of an answer; returns at once. */
  note(answered: Answered): void {
    const time = new Date().toISOString();
    const { id, start, count, rows, columns, pixels } = answered;
    const size = pixels.length / count;
    for (let i = 0; i < count; i++) {
      const image = { pixels: pixels.subarray(i * size, (i + 1) * size), rows, columns };
      const share = shareOf(`${start + i} ${id}`);
      this.#queue.add(
        (features) => lineOf(this.#record(answered, i, time, image.pixels, features)),
        share < this.kept.features ? image : undefined,
      );
    }
  }

  /** Any other record that belongs here, such as the true label of something that was served: behind what it is about. */
  append(record: AnyRecord): void {
    this.#queue.add(() => lineOf(record));
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    this.#queue.drain();
    return this.file.flush();
  }

  /** Lets go of the file, with all that was noted before, and opens one by its name. */
  reopen(): Promise<void> {
    this.#queue.drain();
    return this.file.reopen();
  }

  /** Everything on the disk, or counted as lost. */
  close(): Promise<void> {
    this.#queue.drain();
    return this.file.close();
  }

  #record(
    answered: Answered,
    i: number,
    time: string,
    image: Uint8Array,
    features: Partial<ImageFeatures>,
  ): ServedRecord {
    const { id, model, version, start, classes, probabilities, labels, rows, columns } = answered;
    const best = answered.best[i] as number;
    const wide = classes.labels.length;
    const said = probabilities.subarray(i * wide, (i + 1) * wide);
    const label = labels?.[start + i];
    return {
      type: 'served',
      time,
      id,
      index: start + i,
      model,
      version,
      prediction: classes.labels[best] as number,
      confidence: rounded(said[best] as number, 1e7),
      ...marginOf(said, best),
      ...look(image),
      ...features,
      ms: rounded(answered.milliseconds, 1000),
      ...(label === undefined ? {} : { label }),
      ...(answered.inverted[start + i] ? { inverted: true } : {}),
      ...(answered.shadow ? { shadow: true } : {}),
      ...(shareOf(`${start + i} ${id}`) < this.kept.pixels
        ? { image: Buffer.from(image).toString('base64'), rows, columns }
        : {}),
    };
  }

  /** Its figures, for /metrics. */
  watch(metrics: ServeMetrics): void {
    const { file } = this;
    const figure = (name: string, help: string, read: () => number, type: 'counter' | 'gauge') =>
      metrics.add(new Gauge({ name, help }, () => [[[], read()]], type));
    figure('fmnist_log_lines_total', 'Lines of the prediction log.', () => file.written, 'counter');
    figure('fmnist_log_lost_total', 'Lines that were lost.', () => file.lost, 'counter');
    figure(
      'fmnist_log_unmeasured_total',
      'Images that were logged without their features, for want of time.',
      () => this.#queue.unmeasured,
      'counter',
    );
    figure(
      'fmnist_log_failing',
      'Whether the log cannot be written now.',
      () => (file.failing ? 1 : 0),
      'gauge',
    );
  }
}

const lineOf = (record: AnyRecord) => `${JSON.stringify(record)}\n`;

/** As fmnist-features measures them; of every image, measured further or not. */
function look(image: Uint8Array): Pick<ServedRecord, 'brightness' | 'contrast'> {
  const { brightness, contrast } = brightnessOf(image, 0, image.length);
  return { brightness: rounded(brightness, 1000), contrast: rounded(contrast, 1000) };
}

/** By how much the largest probability is above the next; none of a single class. */
function marginOf(said: Float32Array, best: number): { readonly margin?: number } {
  if (said.length < 2) return {};
  let next = 0;
  for (let c = 0; c < said.length; c++) if (c !== best) next = Math.max(next, said[c] as number);
  return { margin: rounded((said[best] as number) - next, 1e7) };
}

const rounded = (value: number, steps: number) => Math.round(value * steps) / steps;
