/** POST /v1/predict: images in, classes out. */

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { version } from '../../core/version.js';
import { encodeRecord } from '../../ndjson/encode.js';
import { predictionLines } from '../../ndjson/prediction-lines.js';
import type { PredictionRun } from '../../ndjson/prediction-records.js';
import type { HostedModel } from '../inference/hosted-model.js';
import type { RequestImages } from '../intake/intake.js';
import {
  decodeImages,
  findModel,
  imageBodies,
  type PredictRequest,
  readPredictRequest,
} from '../predict-request.js';
import type { PredictedPart } from '../prediction-event.js';
import { predictParts } from '../predictions.js';
import { predictionEntries } from '../response-body.js';
import type { RouteText, ServeContext, ServeRoute } from '../route.js';

const text: RouteText = {
  summary: 'The class of one image or many',
  query: {
    model: 'the model to ask, by name',
    top: 'so many of the most probable classes; 3 unless given (in NDJSON: all probabilities)',
    seen: 'true gives back each image as the model saw it: base64 of rows × columns bytes (JSON only)',
    polarity: 'auto, keep or invert: what to do with dark on light',
    key: 'requests with the same key are answered by the same model where several share the traffic',
  },
  body: imageBodies,
  answer: {
    'application/json':
      '{"id", "model", "version", "predictions": [{"index", "prediction", "class", "confidence", "top"}]}',
    'application/x-ndjson': 'run, classes and prediction records, as fmnist-predict writes them',
  },
};

export function predictRoutes(context: ServeContext): ServeRoute[] {
  const route = (url: string): ServeRoute => ({
    method: 'POST',
    url,
    access: 'predict',
    text,
    handler: (request, reply) => predict(context, readPredictRequest(request), reply),
  });
  return [route('/v1/predict'), route('/predict'), route('/v1/models/:name/predict')];
}

async function predict(context: ServeContext, request: PredictRequest, reply: FastifyReply) {
  const { id, top } = request;
  const model = findModel(context, request);
  const release = model.hold();
  // A client that goes before the first line is read leaves a generator that never ends.
  reply.raw.once('close', release);
  let streaming = false;
  try {
    const images = await decodeImages(context, request, model);
    const parts = predictParts(context, model, images, request);
    if (request.lines ?? images.stream) {
      const lines = responseLines(parts, model, images, { id, top }, release);
      // Predicted before the answer's head is sent, so that overload is a 503 and not a torn stream.
      const first = await lines.next();
      streaming = true;
      reply.type('application/x-ndjson');
      return reply.send(Readable.from(chained(first.value ?? '', lines), { objectMode: false }));
    }
    let predictions = '';
    for await (const part of parts)
      predictions += `${part.start > 0 ? ',' : ''}${predictionEntries(part, top ?? 3, request.seen)}`;
    reply.type('application/json; charset=utf-8');
    return reply.send(
      `{"id":${JSON.stringify(id)},"model":${JSON.stringify(model.name)},"version":"${model.version}","predictions":[${predictions}]}\n`,
    );
  } finally {
    if (!streaming) release();
  }
}

async function* responseLines(
  parts: AsyncIterable<PredictedPart>,
  { info, name }: HostedModel,
  images: RequestImages,
  { id, top }: Pick<PredictRequest, 'id' | 'top'>,
  release: () => void,
): AsyncGenerator<string> {
  const run: PredictionRun = {
    type: 'run',
    program: 'fmnist-serve',
    version: version(),
    argv: [],
    model: info.digest,
    images: images.count,
    id,
    name,
    ...(info.dataset === undefined ? {} : { modelDataset: info.dataset }),
    ...(info.synthetic ? { modelSynthetic: true } : {}),
  };
  try {
    let head = encodeRecord(run) + encodeRecord({ type: 'classes', ...info.classes });
    for await (const part of parts) {
      const labels = part.labels?.subarray(part.start, part.start + part.count);
      yield head + predictionLines({ ...part, labels }, info.classes, { top });
      head = '';
    }
  } finally {
    release();
  }
}

async function* chained(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
