/** POST /v1/explain: what a prediction rests on, as a picture or as numbers. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { heatPng } from '../../picture/heat-image.js';
import { lookUpClass } from '../class-lookup.js';
import { type Explanation, explain } from '../explanation.js';
import type { HostedModel } from '../inference/hosted-model.js';
import type { ImageCollector } from '../intake/intake.js';
import { polarityOf } from '../predict-options.js';
import { queryText } from '../query.js';
import { RequestError } from '../request-error.js';
import { imageBodies, imagesAsked, modelAsked } from '../request-target.js';
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
  const lane = new SerialQueue(8, 'explanations');
  const route = (url: string): ServeRoute => ({
    method: 'POST',
    url,
    access: 'predict',
    text,
    handler: (request, reply) => answer(context, lane, request, reply),
  });
  return [route('/v1/explain'), route('/v1/models/:name/explain')];
}

async function answer(
  context: ServeContext,
  lane: SerialQueue,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const deadline = performance.now() + context.settings.timeout;
  const format = formatOf(request);
  const model = modelAsked(context, request);
  const explained = classOf(request, model);
  const release = model.hold();
  try {
    const intake = await imagesAsked(context, request, model, polarityOf(request));
    if (intake.count !== 1)
      throw new RequestError(400, `the body holds ${intake.count} images; one was expected`);
    const found = await lane.run(() => explain(model, intake.pixels, explained, deadline));
    if (format === 'json') return described(request.id, model, intake, found);
    const { rows, columns } = model.info;
    const zoom = Math.max(1, Math.round(shown / Math.min(rows, columns)));
    return reply
      .type('image/png')
      .send(heatPng({ rows, columns, pixels: intake.pixels, map: found.map, zoom }));
  } finally {
    release();
  }
}

function described(
  id: string,
  { name, version, info }: HostedModel,
  { pixels, inverted }: ImageCollector,
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

function formatOf(request: FastifyRequest): 'png' | 'json' {
  const accepts = /\bapplication\/json\b/i.test(request.headers.accept ?? '');
  const format = queryText(request, 'format') ?? (accepts ? 'json' : 'png');
  if (format === 'png' || format === 'json') return format;
  throw new RequestError(400, `format: '${format.slice(0, 40)}' is not one of png, json`);
}

function classOf(request: FastifyRequest, { info }: HostedModel): number | undefined {
  const word = queryText(request, 'class');
  return word === undefined ? undefined : lookUpClass(word, info.classes, 'class');
}
