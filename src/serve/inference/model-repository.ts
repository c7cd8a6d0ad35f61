/** The models in service, by name: opening, choosing, reloading, closing. */

import { RequestError } from '../request-error.js';
import type { ServeSettings } from '../settings.js';
import { HostedModel, type ModelObserver, type ModelSource } from './hosted-model.js';

export interface ReloadResult {
  readonly model: string;
  /** `replaced`: another file is in service; `unchanged`: the same bytes; `failed`: the old one is kept. */
  readonly result: 'replaced' | 'unchanged' | 'failed';
  readonly version: string | undefined;
  readonly error?: string;
}

/** Milliseconds. */
const closing = 2000;

export class ModelRepository {
  readonly #models = new Map<string, HostedModel>();
  #reloading: Promise<unknown> = Promise.resolve();
  readonly #retiring = new Set<Promise<void>>();

  constructor(
    /** The first is the default. */
    readonly sources: readonly ModelSource[],
    readonly settings: ServeSettings,
    readonly observer?: ModelObserver,
  ) {}

  /** Opens every model; OperationalError where one cannot be. */
  async open(): Promise<void> {
    const opened = await Promise.allSettled(
      this.sources.map((source) => HostedModel.open(source, this.settings, this.observer)),
    );
    for (const result of opened)
      if (result.status === 'fulfilled') this.#models.set(result.value.name, result.value);
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Whether every model is in service and can answer. */
  get ready(): boolean {
    return this.sources.every(({ name }) => this.#models.get(name)?.ready ?? false);
  }

  /** In the order in which they were named. */
  get models(): HostedModel[] {
    return this.sources.flatMap(({ name }) => this.#models.get(name) ?? []);
  }

  /** A model by name; the first where none is given. RequestError 404 for an unknown name, 503 before it is in service. */
  get(name: string | undefined): HostedModel {
    const wanted = name ?? this.sources[0]?.name ?? '';
    const model = this.#models.get(wanted);
    if (model) return model;
    const names = this.sources.map((source) => source.name);
    if (names.includes(wanted)) throw new RequestError(503, 'not ready', { 'retry-after': '1' });
    throw new RequestError(404, `no model is called '${wanted}'; there is ${names.join(', ')}`);
  }

  /**
   * Reads the files of all models, or of one, again. A model that was replaced goes on with what it holds and ends then,
   * so that no request is dropped; one whose new file does not pass its self-test stays. One reload at a time.
   */
  reload(name?: string): Promise<ReloadResult[]> {
    const sources = this.sources.filter((source) => name === undefined || source.name === name);
    const result = this.#reloading.then(async () => {
      const results: ReloadResult[] = [];
      for (const source of sources) {
        const result = await this.#reloadOne(source);
        this.observer?.reload(source.name, result.result);
        results.push(result);
      }
      return results;
    });
    this.#reloading = result.catch(() => {});
    return result;
  }

  async #reloadOne(source: ModelSource): Promise<ReloadResult> {
    const old = this.#models.get(source.name);
    try {
      const model = await HostedModel.open(source, this.settings, this.observer);
      const unchanged = old?.info.digest === model.info.digest;
      this.#models.set(source.name, model);
      // The requests that hold the old one have been answered, or have timed out, by then.
      if (old) this.#retire(old, this.settings.timeout + 60_000);
      return {
        model: source.name,
        result: unchanged ? 'unchanged' : 'replaced',
        version: model.version,
      };
    } catch (error) {
      const { message } = error as Error;
      return { model: source.name, result: 'failed', version: old?.version, error: message };
    }
  }

  #retire(model: HostedModel, patience: number): void {
    const over = model.retire(patience).finally(() => this.#retiring.delete(over));
    this.#retiring.add(over);
  }

  /**
   * Ends all models. No request is left: only shadows may still be at work, and are given two
   * seconds.
   */
  async close(): Promise<void> {
    await this.#reloading;
    await Promise.all([...this.#models.values()].map((model) => model.retire(closing)));
    let enough: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      enough = setTimeout(resolve, closing);
    });
    await Promise.race([Promise.all(this.#retiring), late]);
    clearTimeout(enough);
  }
}
