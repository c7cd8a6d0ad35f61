/**
 * Metrics of a service for Prometheus. Add one here, and its `text` follows in /metrics by
 * itself.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { version } from '../../core/version.js';
import type { ModelObserver } from '../inference/hosted-model.js';
import type { ModelRepository } from '../inference/model-repository.js';
import { confidenceBounds, secondBounds } from './buckets.js';
import { CounterMetric, type ExposedMetric, GaugeMetric, HistogramMetric } from './exposition.js';

export class ServeMetrics implements ModelObserver {
  readonly requests = new CounterMetric({
    name: 'fmnist_http_requests_total',
    help: 'Requests answered, by route and status.',
    labels: ['method', 'route', 'status'],
  });
  readonly requestSeconds = new HistogramMetric(
    {
      name: 'fmnist_http_request_duration_seconds',
      help: 'Time of a request: to the last of its predictions (ms in the log), where its route predicts and there were any, to the end of its answer on other routes.',
      labels: ['route'],
    },
    secondBounds,
  );
  readonly cut = new CounterMetric({
    name: 'fmnist_connections_cut_total',
    help: 'Connections ended for what their clients did, or did not do in time.',
    labels: ['reason'],
  });
  readonly inferenceSeconds = new HistogramMetric(
    {
      name: 'fmnist_inference_duration_seconds',
      help: 'Time a batch took in a worker.',
      labels: ['model'],
    },
    secondBounds,
  );
  readonly batchImages = new HistogramMetric(
    { name: 'fmnist_batch_images', help: 'Images of a batch.', labels: ['model'] },
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  );
  readonly predictions = new CounterMetric({
    name: 'fmnist_predictions_total',
    help: 'Images predicted, by model and class.',
    labels: ['model', 'class'],
  });
  readonly confidence = new HistogramMetric(
    {
      name: 'fmnist_prediction_confidence_ratio',
      help: 'Probability of the predicted class.',
      labels: ['model'],
    },
    confidenceBounds,
  );
  readonly inverted = new CounterMetric({
    name: 'fmnist_inverted_images_total',
    help: 'Images whose light and dark were exchanged before prediction.',
    labels: ['model'],
  });
  readonly crashes = new CounterMetric({
    name: 'fmnist_worker_crashes_total',
    help: 'Inference workers that died and were replaced.',
    labels: ['model'],
  });
  readonly reloads = new CounterMetric({
    name: 'fmnist_model_reloads_total',
    help: 'Reloads of a model, by what became of them.',
    labels: ['model', 'result'],
  });
  readonly #metrics: ExposedMetric[];
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#delay.enable();
    const { requests, requestSeconds, inferenceSeconds, batchImages, predictions } = this;
    const { confidence, inverted, crashes, reloads, cut } = this;
    this.#metrics = [requests, requestSeconds, inferenceSeconds, batchImages, predictions];
    this.#metrics.push(cut, confidence, inverted, crashes, reloads, ...processFigures(this.#delay));
  }

  /** One more figure for /metrics, of a part that keeps it itself. */
  add(metric: ExposedMetric): void {
    this.#metrics.push(metric);
  }

  /** Figures of a route stand there before its first request: a counter that begins with its first failure has no rate by then. */
  expect(method: string, route: string): void {
    for (const status of ['200', '500', '503']) this.requests.add([method, route, status], 0);
    this.requestSeconds.expect([route]);
  }

  /** A model in service: a class that it never predicts has a series too, or its share would be nothing instead of 0. */
  hosted(model: string, classes: readonly string[]): void {
    for (const name of classes) this.predictions.add([model, name], 0);
  }

  /** The figures that stand in the registry, and those of its models before anything happens to them. */
  watch(registry: ModelRepository): void {
    for (const { name } of registry.sources) {
      this.crashes.add([name], 0);
      this.confidence.expect([name]);
      for (const result of ['replaced', 'unchanged', 'failed']) this.reloads.add([name, result], 0);
    }
    this.add(
      new GaugeMetric(
        {
          name: 'fmnist_model_info',
          help: 'The models in service; 1 each.',
          labels: ['model', 'version', 'dataset'],
        },
        () =>
          registry.models.map(({ name, version, info }) => [
            [name, version, info.dataset ?? ''],
            1,
          ]),
      ),
    );
    this.add(
      new GaugeMetric(
        { name: 'fmnist_queue_images', help: 'Images that wait for a worker.', labels: ['model'] },
        () => registry.models.map(({ name, batcher }) => [[name], batcher.depth]),
      ),
    );
    this.add(
      new GaugeMetric(
        { name: 'fmnist_workers', help: 'Workers that hold the model.', labels: ['model'] },
        () => registry.models.map(({ name, pool }) => [[name], pool.up]),
      ),
    );
  }

  batch(model: string, images: number, milliseconds: number): void {
    this.inferenceSeconds.observe(milliseconds / 1000, [model]);
    this.batchImages.observe(images, [model]);
  }

  crash(model: string): void {
    this.crashes.add([model]);
  }

  reload(model: string, result: string): void {
    this.reloads.add([model, result]);
  }

  text(): string {
    return this.#metrics.map((metric) => metric.text()).join('');
  }

  close(): void {
    this.#delay.disable();
  }
}

function processFigures(delay: { readonly percentile: (p: number) => number }): ExposedMetric[] {
  const gauge = (name: string, help: string, read: () => number) =>
    new GaugeMetric({ name, help }, () => [[[], read()]]);
  const cpu = { name: 'process_cpu_seconds_total', help: 'Processor time used.' };
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const build = { name: 'fmnist_build_info', help: 'The version; 1.', labels: ['version', 'node'] };
  const started = Math.round(Date.now() / 1000 - process.uptime());
  return [
    new GaugeMetric(cpu, () => [[[], cpuSeconds()]], 'counter'),
    gauge('process_resident_memory_bytes', 'Memory held.', () => process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start, since 1970.', () => started),
    gauge(
      'nodejs_heap_used_bytes',
      'JavaScript memory in use.',
      () => process.memoryUsage().heapUsed,
    ),
    gauge(
      'nodejs_eventloop_delay_p99_seconds',
      'How late the event loop runs, 99th percentile since the start.',
      () => (Number.isFinite(delay.percentile(99)) ? delay.percentile(99) / 1e9 : 0),
    ),
    new GaugeMetric(build, () => [[[version(), process.version], 1]]),
  ];
}
