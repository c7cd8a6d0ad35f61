/**
 * Shadow model: it predicts the images of the other models' requests; its predictions are
 * compared and logged, and no client gets them.
 */

import type { ModelRepository } from './inference/model-repository.js';
import { CounterMetric } from './metrics/exposition.js';
import type { PredictionEvent } from './prediction-event.js';
import { bestOf } from './predictions.js';
import type { ServeContext } from './route.js';

/** Parts that may wait for the shadow; more are skipped, since no request waits for it. */
const mostWaiting = 64;

/** Asks the model `name` too, from now on. */
export function castShadow(context: ServeContext, name: string): void {
  const images = new CounterMetric({
    name: 'fmnist_shadow_images_total',
    help: 'Images that the shadow was asked about, by whether it agreed.',
    labels: ['model', 'agrees'],
  });
  const dropped = new CounterMetric({
    name: 'fmnist_shadow_dropped_total',
    help: 'Images passed over because the shadow could not keep up.',
    labels: ['model'],
  });
  context.metrics.add(images);
  context.metrics.add(dropped);
  let waiting = 0;
  context.onAnswered.push((answered) => {
    if (answered.model === name || answered.shadow) return;
    if (waiting >= mostWaiting) return dropped.add([name], answered.count);
    waiting++;
    const asked = performance.now();
    shadowed(context.registry, name, answered, context.settings.timeout)
      .then((shadow) => {
        for (let i = 0; i < shadow.count; i++)
          images.add([name, String(shadow.best[i] === answered.best[i])]);
        const milliseconds = performance.now() - asked;
        for (const tell of context.onAnswered) tell({ ...shadow, milliseconds, shadow: true });
      })
      .catch(() => dropped.add([name], answered.count))
      .finally(() => waiting--);
  });
}

async function shadowed(
  registry: ModelRepository,
  name: string,
  answered: PredictionEvent,
  timeout: number,
): Promise<PredictionEvent> {
  const model = registry.get(name);
  const { rows, columns, classes } = model.info;
  if (answered.pixels.length !== answered.count * rows * columns)
    throw new Error('the shadow sees images of another size');
  const release = model.hold();
  try {
    const probabilities = new Float32Array(answered.count * classes.labels.length);
    const deadline = performance.now() + timeout;
    for await (const part of model.predictions(answered.pixels, answered.count, deadline))
      probabilities.set(part.probabilities, part.start * classes.labels.length);
    const best = bestOf({ probabilities, logits: probabilities }, answered.count);
    return { ...answered, model: name, version: model.version, classes, probabilities, best };
  } finally {
    release();
  }
}
