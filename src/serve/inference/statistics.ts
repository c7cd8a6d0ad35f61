/**
 * Statistics of one model file in service, as Triton's statistics extension counts them: durations by stage of a
 * request, executions by the size of their batch.
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_statistics.md
 */

/** Durations of one stage: their count, and their sum in nanoseconds. */
export interface DurationStatistic {
  readonly count: number;
  readonly ns: number;
}

/** Milliseconds that a request spent: in all, until it was decoded, and while its answer was made. */
export interface RequestTimes {
  readonly total: number;
  readonly input: number;
  readonly output: number;
}

class Duration {
  #count = 0;
  #milliseconds = 0;

  add(milliseconds: number, count = 1): void {
    this.#count += count;
    this.#milliseconds += milliseconds;
  }

  get value(): DurationStatistic {
    return { count: this.#count, ns: Math.round(this.#milliseconds * 1e6) };
  }
}

export class InferenceStatistics {
  #last = 0;
  #images = 0;
  readonly #stages = {
    success: new Duration(),
    fail: new Duration(),
    queue: new Duration(),
    compute_input: new Duration(),
    compute_infer: new Duration(),
    compute_output: new Duration(),
    cache_hit: new Duration(),
  };
  readonly #batches = new Map<number, Duration>();

  /** A batch that was run: its images, the parts of requests they came in, and how long all of these had waited. */
  batch(images: number, milliseconds: number, parts: number, waited: number): void {
    let batch = this.#batches.get(images);
    if (!batch) {
      batch = new Duration();
      this.#batches.set(images, batch);
    }
    batch.add(milliseconds);
    this.#stages.queue.add(waited, parts);
    this.#stages.compute_infer.add(milliseconds * parts, parts);
  }

  succeeded(images: number, { total, input, output }: RequestTimes): void {
    this.#last = Date.now();
    this.#images += images;
    this.#stages.success.add(total);
    this.#stages.compute_input.add(input);
    this.#stages.compute_output.add(output);
  }

  failed(milliseconds: number): void {
    this.#last = Date.now();
    this.#stages.fail.add(milliseconds);
  }

  /** The fields of Triton's `$model_stat` that are neither name nor version. */
  snapshot() {
    const batches = [...this.#batches].sort(([a], [b]) => a - b);
    const never = new Duration().value;
    return {
      last_inference: this.#last,
      inference_count: this.#images,
      execution_count: batches.reduce((sum, [, { value }]) => sum + value.count, 0),
      inference_stats: Object.fromEntries(
        Object.entries(this.#stages).map(([name, { value }]) => [name, value]),
      ),
      batch_stats: batches.map(([batch_size, { value }]) => ({
        batch_size,
        // Of a batch, only its run is timed.
        compute_input: never,
        compute_infer: value,
        compute_output: never,
      })),
    };
  }
}
