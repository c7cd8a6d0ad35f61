/** Prediction of the images of a request, part by part, with metrics and listeners: the same for every protocol. */

import { predictionAt } from '../engine/predicted-samples.js';
import type { Prediction } from '../engine/predictor.js';
import type { HostedModel } from './inference/hosted-model.js';
import type { RequestImages } from './intake/intake.js';
import type { PredictRequest } from './predict-request.js';
import type { PredictedPart } from './prediction-event.js';
import type { ServeContext } from './route.js';

/** Index of the most probable class of each image. */
export function bestOf({ probabilities }: Prediction, count: number): number[] {
  return Array.from({ length: count }, (_, i) => predictionAt(probabilities, i, count).prediction);
}

/** The parts in order. Throws RequestError 503 or 504 where they cannot be had in time. */
export async function* predictParts(
  { settings, onAnswered, metrics }: ServeContext,
  model: HostedModel,
  { pixels, count, inverted, labels }: RequestImages,
  { id, started }: Pick<PredictRequest, 'id' | 'started'>,
): AsyncGenerator<PredictedPart> {
  const { name, version, info } = model;
  const { rows, columns, classes } = info;
  const size = rows * columns;
  for await (const part of model.predictions(pixels, count, started + settings.timeout)) {
    const best = bestOf(part, part.count);
    const predicted: PredictedPart = {
      ...part,
      ...{ id, model: name, version, rows, columns, classes, best, inverted, labels },
      pixels: pixels.subarray(part.start * size, (part.start + part.count) * size),
    };
    yield predicted;
    const milliseconds = performance.now() - started;
    for (let i = 0; i < part.count; i++) {
      const chosen = best[i]!;
      metrics.predictions.add([name, classes.names[chosen] ?? '']);
      const at = i * classes.labels.length + chosen;
      metrics.confidence.observe(part.probabilities[at]!, [name]);
      if (inverted[part.start + i]) metrics.inverted.add([name]);
    }
    for (const listener of onAnswered) listener({ ...predicted, milliseconds });
  }
}
