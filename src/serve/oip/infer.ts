/** Prediction of a tensor's images, the same for every version of the protocol. */

import type { HostedModel } from '../inference/hosted-model.js';
import type { PredictedPart } from '../prediction-event.js';
import { predictParts } from '../predictions.js';
import type { ServeContext } from '../route.js';
import type { Polarity } from '../settings.js';
import { tensorImages } from './images.js';
import type { InputTensor } from './request.js';

export interface TensorRequest {
  readonly id: string;
  /** When it came in, as `performance.now` tells. */
  readonly started: number;
  /** Its route, as metrics call it. */
  readonly route: string;
  readonly input: InputTensor;
  readonly polarity: Polarity | undefined;
}

/** All parts in order. Throws RequestError for a tensor that is not sound, and where there is no answer in time. */
export async function predictTensor(
  context: ServeContext,
  model: HostedModel,
  { id, started, route, input, polarity }: TensorRequest,
): Promise<PredictedPart[]> {
  const { settings } = context;
  const images = await tensorImages(input, {
    ...settings,
    model: model.info,
    polarity: polarity ?? settings.polarity,
  });
  const parts: PredictedPart[] = [];
  for await (const part of predictParts(context, model, images, { id, started, route }))
    parts.push(part);
  return parts;
}
