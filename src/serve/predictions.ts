/** Images → what a model says of them, part by part, with all who want to know told: the same for every protocol. */

import type { HostedModel } from './inference/hosted-model.js';
import type { ImageCollector } from './intake/intake.js';
import type { PredictionEvent } from './prediction-event.js';
import { bestOf } from './response-body.js';
import type { ServeContext } from './route.js';

/** What a part of an answer is made from. */
export type AnswerPart = Omit<PredictionEvent, 'milliseconds'> & { readonly logits: Float32Array };

/** The parts in order; `started` is when the request came in (performance.now), `id` its own. RequestError 503 where it cannot be done in time. */
export async function* answered(
  { settings, onAnswered, metrics }: ServeContext,
  model: HostedModel,
  { pixels, count, inverted, labels }: ImageCollector,
  id: string,
  started: number,
): AsyncGenerator<AnswerPart> {
  const { name, version: modelVersion, info } = model;
  const size = info.rows * info.columns;
  for await (const part of model.predictions(pixels, count, started + settings.timeout)) {
    const best = bestOf(part, part.count);
    const { rows, columns, classes } = info;
    const about = { id, model: name, version: modelVersion, rows, columns, classes };
    const whole = { ...part, ...about, best, inverted, labels };
    yield { ...whole, pixels };
    const milliseconds = performance.now() - started;
    for (let i = 0; i < part.count; i++) {
      const chosen = best[i]!;
      metrics.predictions.add([name, info.classes.names[chosen] ?? '']);
      const at = i * info.classes.labels.length + chosen;
      metrics.confidence.observe(part.probabilities[at]!, [name]);
      if (inverted[part.start + i]) metrics.inverted.add([name]);
    }
    if (onAnswered.length === 0) continue;
    const seen = pixels.subarray(part.start * size, (part.start + part.count) * size);
    for (const tell of onAnswered) tell({ ...whole, pixels: seen, milliseconds });
  }
}
