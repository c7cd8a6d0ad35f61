/** The `:predict` of TensorFlow Serving's REST API and of KServe's protocol V1: tensors in, probabilities out. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { float32Text } from '../../ndjson/float-text.js';
import { predictTensor } from '../oip/infer.js';
import { readV1Request } from '../oip/v1-request.js';
import { readPolarity } from '../predict-request.js';
import type { PredictedPart } from '../prediction-event.js';
import { queryText } from '../query.js';
import { type RouteText, routeOf, type ServeContext, type ServeRoute } from '../route.js';
import { modelOf } from './model-of.js';

const text: RouteText = {
  summary: 'TensorFlow Serving and KServe V1: the probabilities of the classes',
  query: { polarity: 'as for predictions' },
  body: {
    'application/json':
      '{"instances": [images]}, or {"inputs": tensor}: whole numbers from 0 to 255, nested as [n, rows, columns], with a channel or flat, or {"b64": a picture file} each',
  },
  answer: {
    'application/json': '{"predictions": [[probabilities] …]}, or to "inputs" {"outputs": …}',
  },
};

export function v1PredictRoutes(context: ServeContext): ServeRoute[] {
  const route = (path: string): ServeRoute => ({
    method: 'POST',
    url: `${path}([^:/]+)::predict`,
    access: 'predict',
    text,
    handler: (request, reply) => predict(context, request, reply),
  });
  return [route('/v1/models/:name'), route('/v1/models/:name/versions/:version')];
}

async function predict(context: ServeContext, request: FastifyRequest, reply: FastifyReply) {
  const started = performance.now();
  const model = modelOf(context, request);
  const release = model.hold();
  try {
    const { input, answer } = readV1Request(
      Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    );
    const polarity = readPolarity(queryText(request, 'polarity'));
    const { id } = request;
    const parts = await predictTensor(context, model, {
      id,
      started,
      route: routeOf(request),
      input,
      polarity,
    });
    const rows = parts.flatMap(rowsOf).join(',');
    return reply.type('application/json; charset=utf-8').send(`{"${answer}":[${rows}]}\n`);
  } finally {
    release();
  }
}

/** The probabilities of each image, as JSON. */
function rowsOf({ count, classes, probabilities }: PredictedPart): string[] {
  const wide = classes.labels.length;
  return Array.from({ length: count }, (_, i) => {
    const row = probabilities.subarray(i * wide, (i + 1) * wide);
    return `[${Array.from(row, float32Text).join(',')}]`;
  });
}
