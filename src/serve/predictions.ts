/** Prediction of the images of a request, part by part, with metrics and listeners: the same for every protocol. */

import { predictionAt } from '../engine/predicted-samples.js';
import type { Prediction } from '../engine/predictor.js';
import { roundedProbability } from '../ndjson/certainty.js';
import type { HostedModel } from './inference/hosted-model.js';
import type { RequestImages } from './intake/intake.js';
import type { PredictRequest } from './predict-request.js';
import type { PredictedPart } from './prediction-event.js';
import type { ServeContext } from './route.js';

/** Index of the most probable class of each image. */
export function bestOf({ probabilities }: Prediction, count: number): number[] {
  return Array.from({ length: count }, (_, i) => predictionAt(probabilities, i, count).prediction);
}

/**
 * The parts in order, each counted and told to those who follow the traffic once the answer has it. Throws RequestError
 * 503 or 504 where they cannot be had in time.
 */
export async function* predictParts(
  context: ServeContext,
  model: HostedModel,
  images: RequestImages,
  { id, started, route }: Pick<PredictRequest, 'id' | 'started' | 'route'>,
): AsyncGenerator<PredictedPart> {
  const { name, version, info, statistics } = model;
  const { pixels, count, inverted, labels } = images;
  const { rows, columns, classes } = info;
  const size = rows * columns;
  const input = performance.now() - started;
  let output = 0;
  let last: number | undefined;
  try {
    const deadline = started + context.settings.timeout;
    for await (const part of model.predictions(pixels, count, deadline)) {
      const best = bestOf(part, part.count);
      const predicted: PredictedPart = {
        ...part,
        ...{ id, model: name, version, rows, columns, classes, best, inverted, labels },
        pixels: pixels.subarray(part.start * size, (part.start + part.count) * size),
      };
      const given = performance.now();
      yield predicted;
      const taken = performance.now();
      output += taken - given;
      last = roundedMilliseconds(taken - started);
      tell(context, predicted, last);
    }
  } catch (error) {
    statistics.failed(performance.now() - started);
    throw error;
  } finally {
    if (last !== undefined) context.metrics.requestSeconds.observe(last / 1000, [route]);
  }
  statistics.succeeded(count, { total: performance.now() - started, input, output });
}

/** As precise as the log has them, so that the metrics judge by the same number. */
const roundedMilliseconds = (value: number) => Math.round(value * 1000) / 1000;

function tell({ metrics, onAnswered }: ServeContext, part: PredictedPart, milliseconds: number) {
  const { model, classes, best, inverted } = part;
  for (let i = 0; i < part.count; i++) {
    const chosen = best[i]!;
    metrics.predictions.add([model, classes.names[chosen] ?? '']);
    const at = i * classes.labels.length + chosen;
    metrics.confidence.observe(roundedProbability(part.probabilities[at]!), [model]);
    if (inverted[part.start + i]) metrics.inverted.add([model]);
  }
  for (const listener of onAnswered) listener({ ...part, milliseconds });
}
