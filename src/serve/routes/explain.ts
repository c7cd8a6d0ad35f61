/** POST /v1/explain: what a prediction rests on, as a picture or as numbers. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { heatPng } from '../../picture/heat-image.js';
import { lookUpClass } from '../class-lookup.js';
import { type Explanation, explain } from '../explanation.js';
import type { HostedModel } from '../inference/hosted-model.js';
import type { RequestImages } from '../intake/intake.js';
import {
  choiceOf,
  decodeImages,
  findModel,
  imageBodies,
  type PredictRequest,
  readPredictRequest,
} from '../predict-request.js';
import { queryText } from '../query.js';
import { RequestError } from '../request-error.js';
import type { RouteText, ServeContext, ServeRoute } from '../route.js';
import { SerialQueue } from '../serial-queue.js';

const text: RouteText = {
  summary:
    'What the class of one image rests on: how much its log-odds fall where the image is wiped away, place by place',
  query: {
    model: 'the model to ask, by name',
    class: 'the class to explain, by label or name; the predicted one unless given',
    format: 'png or json; png unless given or the request accepts application/json',
    polarity: 'as for predictions',
    key: 'as for predictions',
  },
  body: imageBodies,
  answer: {
    'image/png':
      'the image as the model saw it, with what speaks for the class in blue, against it in orange',
    'application/json':
      '{"id", "model", "version", "label", "class", "confidence", "inverted", "rows", "columns", "image", "map": [rows × columns numbers]}',
  },
};

/** Shorter sides of pictures are about so many pixels. */
const shown = 280;

export function explainRoutes(context: ServeContext): ServeRoute[] {
  // A map costs a hundred predictions and more: one at a time, and few in wait.
  const queue = new SerialQueue(8, 'explanations');
  const route = (url: string): ServeRoute => ({
    method: 'POST',
    url,
    access: 'predict',
    text,
    handler: (request, reply) => answer(context, queue, readExplainRequest(request), reply),
  });
  return [route('/v1/explain'), route('/v1/models/:name/explain')];
}

async function answer(
  context: ServeContext,
  queue: SerialQueue,
  request: ExplainRequest,
  reply: FastifyReply,
) {
  const { id, format, started, class: wanted } = request;
  const deadline = started + context.settings.timeout;
  const model = findModel(context, request);
  const explained =
    wanted === undefined ? undefined : lookUpClass(wanted, model.info.classes, 'class');
  const release = model.hold();
  try {
    const images = await decodeImages(context, request, model);
    if (images.count !== 1)
      throw new RequestError(400, `the body holds ${images.count} images; one was expected`);
    const found = await queue.run(() => explain(model, images.pixels, explained, deadline));
    if (format === 'json') return described(id, model, images, found);
    const { rows, columns } = model.info;
    const zoom = Math.max(1, Math.round(shown / Math.min(rows, columns)));
    return reply
      .type('image/png')
      .send(heatPng({ rows, columns, pixels: images.pixels, map: found.map, zoom }));
  } finally {
    release();
  }
}

function described(
  id: string,
  { name, version, info }: HostedModel,
  { pixels, inverted }: RequestImages,
  { explained, confidence, map }: Explanation,
) {
  const { rows, columns, classes } = info;
  return {
    id,
    model: name,
    version,
    label: classes.labels[explained],
    class: classes.names[explained],
    confidence,
    inverted: inverted[0] ?? false,
    rows,
    columns,
    image: Buffer.from(pixels).toString('base64'),
    map: Array.from(map, (value) => Math.round(value * 1e4) / 1e4),
  };
}

interface ExplainRequest extends PredictRequest {
  readonly format: 'png' | 'json';
  /** Name or label of the class to explain; undefined for the predicted one. */
  readonly class: string | undefined;
}

function readExplainRequest(request: FastifyRequest): ExplainRequest {
  const accepts = /\bapplication\/json\b/i.test(request.headers.accept ?? '');
  const format = queryText(request, 'format') ?? (accepts ? 'json' : 'png');
  return {
    format: choiceOf('format', format, ['png', 'json']),
    ...readPredictRequest(request),
    class: queryText(request, 'class'),
  };
}
