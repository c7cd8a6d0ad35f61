/** The prediction log: a `served` record an image (see fmnist-records(5)), for drift, feedback and retraining. */

import { brightnessOf } from '../../image/features/light.js';
import type { AnyRecord } from '../../ndjson/records.js';
import type { ServedRecord } from '../../ndjson/served-record.js';
import { Gauge } from '../metrics/exposition.js';
import type { ServeMetrics } from '../metrics/serve-metrics.js';
import type { Answered } from '../route.js';
import { shareOf } from '../share.js';
import type { LineFile } from './line-file.js';

export class PredictionLog {
  constructor(
    readonly file: LineFile,
    /** The share of images whose pixels are kept too, 0 to 1. */
    readonly pixels = 0,
  ) {}

  /** Notes the images of an answer; returns at once. */
  note(answered: Answered): void {
    for (let i = 0; i < answered.count; i++) this.append(this.#record(answered, i));
  }

  /** Any other record that belongs here, such as the true label of something that was served. */
  append(record: AnyRecord): void {
    this.file.add(`${JSON.stringify(record)}\n`);
  }

  #record(answered: Answered, i: number): ServedRecord {
    const { id, model, version, start, count, classes, probabilities, labels } = answered;
    const size = answered.pixels.length / count;
    const image = answered.pixels.subarray(i * size, (i + 1) * size);
    const best = answered.best[i] as number;
    const label = labels?.[start + i];
    return {
      type: 'served',
      time: new Date().toISOString(),
      id,
      index: start + i,
      model,
      version,
      prediction: classes.labels[best] as number,
      confidence: rounded(probabilities[i * classes.labels.length + best] as number, 1e7),
      ...look(image),
      ms: rounded(answered.milliseconds, 1000),
      ...(label === undefined ? {} : { label }),
      ...(answered.inverted[start + i] ? { inverted: true } : {}),
      ...(answered.shadow ? { shadow: true } : {}),
      ...(this.#keeps(id, start + i) ? this.#image(image, answered) : {}),
    };
  }

  #keeps(id: string, index: number): boolean {
    return this.pixels > 0 && shareOf(`${index} ${id}`) < this.pixels;
  }

  #image(image: Uint8Array, { rows, columns }: Answered) {
    return { image: Buffer.from(image).toString('base64'), rows, columns };
  }

  /** Its figures, for /metrics. */
  watch(metrics: ServeMetrics): void {
    const { file } = this;
    const figure = (name: string, help: string, read: () => number, type: 'counter' | 'gauge') =>
      metrics.add(new Gauge({ name, help }, () => [[[], read()]], type));
    figure('fmnist_log_lines_total', 'Lines of the prediction log.', () => file.written, 'counter');
    figure('fmnist_log_lost_total', 'Lines that were lost.', () => file.lost, 'counter');
    figure(
      'fmnist_log_failing',
      'Whether the log cannot be written now.',
      () => (file.failing ? 1 : 0),
      'gauge',
    );
  }
}

/** As fmnist-features measures them. */
function look(image: Uint8Array): Pick<ServedRecord, 'brightness' | 'contrast'> {
  const { brightness, contrast } = brightnessOf(image, 0, image.length);
  return { brightness: rounded(brightness, 1000), contrast: rounded(contrast, 1000) };
}

const rounded = (value: number, steps: number) => Math.round(value * steps) / steps;
