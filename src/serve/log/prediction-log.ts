/** The prediction log: a `served` record an image (see fmnist-records(5)), for drift, feedback and retraining. */

import { pixelPrint, printText } from '../../image/copies.js';
import type { ByteImage } from '../../image/corruptions/corruption.js';
import { brightnessOf } from '../../image/features/light.js';
import type { ImageFeatures } from '../../image/features/measure.js';
import { certaintyOf } from '../../ndjson/certainty.js';
import type { AnyRecord } from '../../ndjson/records.js';
import type { ServedRecord } from '../../ndjson/served-record.js';
import { hashFraction } from '../hash-fraction.js';
import { GaugeMetric } from '../metrics/exposition.js';
import type { ServeMetrics } from '../metrics/serve-metrics.js';
import type { PredictionEvent } from '../prediction-event.js';
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
  note(answered: PredictionEvent): void {
    const { id, start, count, rows, columns, pixels } = answered;
    const time = new Date().toISOString();
    const size = pixels.length / count;
    for (let i = 0; i < count; i++) {
      const image = { pixels: pixels.subarray(i * size, (i + 1) * size), rows, columns };
      const share = hashFraction(`${start + i} ${id}`);
      const kept = share < this.kept.pixels;
      this.#queue.add(
        (features) =>
          lineOf({
            ...recordOf(answered, i, time, features ?? look(image)),
            fingerprint: printText(pixelPrint(image.pixels)),
            ...(kept ? encoded(image) : {}),
          }),
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

  /** Its figures, for /metrics. */
  watch(metrics: ServeMetrics): void {
    const { file } = this;
    const figure = (name: string, help: string, read: () => number, type: 'counter' | 'gauge') =>
      metrics.add(new GaugeMetric({ name, help }, () => [[[], read()]], type));
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

type Look = Pick<ImageFeatures, 'brightness' | 'contrast'>;

/** Record of image `i` of a part: its prediction and its features. */
function recordOf(
  answered: PredictionEvent,
  i: number,
  time: string,
  features: Look,
): ServedRecord {
  const { id, model, version, start, classes, probabilities, labels } = answered;
  const best = answered.best[i]!;
  const wide = classes.labels.length;
  const label = labels?.[start + i];
  return {
    type: 'served',
    time,
    id,
    index: start + i,
    model,
    version,
    prediction: classes.labels[best]!,
    ...certaintyOf(probabilities.subarray(i * wide, (i + 1) * wide), best),
    ...features,
    ms: rounded(answered.milliseconds, 1000),
    ...(label === undefined ? {} : { label }),
    ...(answered.inverted[start + i] ? { inverted: true } : {}),
    ...(answered.shadow ? { shadow: true } : {}),
  };
}

function encoded({ pixels, rows, columns }: ByteImage) {
  return { image: Buffer.from(pixels).toString('base64'), rows, columns };
}

/** The features that are cheap, as fmnist-features measures them: of images that are not measured further. */
function look({ pixels }: ByteImage): Look {
  const { brightness, contrast } = brightnessOf(pixels, 0, pixels.length);
  return { brightness: rounded(brightness, 1000), contrast: rounded(contrast, 1000) };
}

const rounded = (value: number, steps: number) => Math.round(value * steps) / steps;
