/** A model in service: its workers, its queue, and who still holds it when another takes its place. */

import type { Prediction } from '../../engine/predictor.js';
import type { ModelInfo } from '../../model/info.js';
import { openModelFile } from '../../model/model.js';
import type { ServeSettings } from '../settings.js';
import { Batcher } from './batcher.js';
import { InferencePool } from './pool.js';
import { selfTest } from './self-test.js';
import { InferenceStatistics } from './statistics.js';

export interface ModelSource {
  /** What requests call it. */
  readonly name: string;
  readonly path: string;
}

/** Observer of a model's crashes, batches and self-tests, by name; see metrics/serve-metrics.ts. */
export interface ModelObserver {
  batch(model: string, images: number, milliseconds: number): void;
  /** It is in service, with these classes. */
  hosted(model: string, classes: readonly string[]): void;
  crash(model: string, reason: string): void;
  reload(model: string, result: string): void;
}

export class HostedModel {
  #held = 0;
  #released: (() => void) | undefined;

  private constructor(
    readonly source: ModelSource,
    readonly info: ModelInfo,
    readonly pool: InferencePool,
    readonly batcher: Batcher,
    readonly settings: ServeSettings,
    readonly loaded: Date,
    readonly statistics: InferenceStatistics,
  ) {}

  /** Reads a model and starts its workers; it is in service once it has answered a self-test. OperationalError where it does not. */
  static async open(
    source: ModelSource,
    settings: ServeSettings,
    observer?: ModelObserver,
  ): Promise<HostedModel> {
    const { name, path } = source;
    const { info, bytes } = await openModelFile(path);
    const { engine, workers, timeout, batch, batchWait, queue } = settings;
    const pool = await InferencePool.open(
      { bytes, source: path, engine },
      {
        workers,
        patience: Math.max(1000, timeout),
        onCrash: (reason) => observer?.crash(name, reason),
      },
    );
    try {
      await selfTest(pool, info, path);
      observer?.hosted(name, info.classes.names);
    } catch (error) {
      await pool.close();
      throw error;
    }
    const statistics = new InferenceStatistics();
    const batcher = new Batcher(
      pool,
      { most: batch, wait: batchWait, queue: Math.max(queue, batch) },
      {
        batch(images, milliseconds, parts, waited) {
          observer?.batch(name, images, milliseconds);
          statistics.batch(images, milliseconds, parts, waited);
        },
      },
    );
    return new HostedModel(source, info, pool, batcher, settings, new Date(), statistics);
  }

  get name(): string {
    return this.source.name;
  }

  /** What tells this model from its predecessors: the beginning of the file's SHA-256. */
  get version(): string {
    return this.info.digest.slice(0, 12);
  }

  /** Whether it can answer now. */
  get ready(): boolean {
    return this.pool.up > 0;
  }

  /** pixels: count × rows × columns raw bytes, any count from 1; parts no larger than a batch, in order. */
  async *predictions(
    pixels: Uint8Array,
    count: number,
    deadline: number,
  ): AsyncGenerator<Prediction & { readonly start: number; readonly count: number }> {
    const size = this.info.rows * this.info.columns;
    const { batch } = this.settings;
    for (let start = 0; start < count; start += batch) {
      const part = Math.min(batch, count - start);
      const prediction = await this.batcher.predict({
        pixels: pixels.subarray(start * size, (start + part) * size),
        count: part,
        deadline,
        continued: start > 0,
      });
      yield { ...prediction, start, count: part };
    }
  }

  /** Keeps the model in service until the function returned is called. */
  hold(): () => void {
    this.#held++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.#held === 0) this.#released?.();
    };
  }

  /** Ends the model once no request holds it, or at most `patience` milliseconds from now. */
  async retire(patience: number): Promise<void> {
    if (this.#held > 0)
      await new Promise<void>((resolve) => {
        const enough = setTimeout(resolve, patience);
        this.#released = () => {
          clearTimeout(enough);
          resolve();
        };
      });
    await this.pool.close();
  }
}
