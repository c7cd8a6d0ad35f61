/** The Open Inference Protocol v2 (KServe, Triton), with binary tensor data and classification. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { version } from '../../core/version.js';
import { plainBody } from '../intake/body.js';
import { askedOutputs, inferAnswer } from '../oip/answer.js';
import { predictTensor } from '../oip/infer.js';
import { readInferRequest } from '../oip/request.js';
import { RequestError } from '../request-error.js';
import { type RouteText, routeOf, type ServeContext, type ServeRoute } from '../route.js';
import { polarities } from '../settings.js';
import { modelOf } from './model-of.js';
import { ofModel } from './oip-models.js';

const json = (what: string) => ({ 'application/json': what });

const inferText: RouteText = {
  summary: 'Open Inference Protocol: what a model says of the images of a tensor',
  body: {
    'application/json':
      '{"inputs": [{"name": "image", "datatype": "UINT8", "shape": [n, rows, columns], "data": […]}], "outputs": [{"name"}]}',
    'application/octet-stream':
      'the same JSON, and behind it the bytes of the tensor (Inference-Header-Content-Length, binary_data_size)',
  },
  answer: {
    'application/json': '{"model_name", "model_version", "id", "outputs": [tensors]}',
    'application/octet-stream':
      'the same JSON, and the bytes of the outputs that were asked for so',
  },
};

/** Extensions of the protocol, by the names that Triton gives them. */
const extensions = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'model_repository',
  'statistics',
] as const;

export function oipRoutes(context: ServeContext): ServeRoute[] {
  const { registry } = context;
  const get = (
    url: string,
    access: ServeRoute['access'],
    summary: string,
    answer: string,
    handler: ServeRoute['handler'],
  ): ServeRoute => ({
    method: 'GET',
    url,
    access,
    text: { summary, answer: json(answer) },
    handler,
  });
  const ready = () => registry.ready && !context.draining;
  return [
    get(
      '/v2',
      'open',
      'Open Inference Protocol: what the service is',
      '{"name", "version", "extensions"}',
      () => ({
        name: 'fmnist-serve',
        version: version(),
        extensions,
      }),
    ),
    get(
      '/v2/health/live',
      'open',
      'Open Inference Protocol: whether the process lives',
      '{"live": true}',
      () => ({
        live: true,
      }),
    ),
    get(
      '/v2/health/ready',
      'open',
      'Open Inference Protocol: whether every model can answer; 503 where not',
      '{"ready": true}',
      () => {
        if (!ready()) throw new RequestError(503, context.draining ? 'stopping' : 'not ready');
        return { ready: true };
      },
    ),
    ...ofModel('/infer', (url) => ({
      method: 'POST',
      url,
      access: 'predict',
      text: inferText,
      handler: (request, reply) => infer(context, request, reply),
    })),
    {
      method: 'POST',
      url: '/v2/repository/index',
      access: 'predict',
      text: {
        summary: 'Open Inference Protocol: the models in service',
        answer: json('[{"name", "version", "state", "reason"}]'),
      },
      handler: () =>
        registry.models.map(({ name, version: own, ready: able }) => ({
          name,
          version: own,
          state: able ? 'READY' : 'UNAVAILABLE',
          reason: '',
        })),
    },
  ];
}

async function infer(context: ServeContext, request: FastifyRequest, reply: FastifyReply) {
  const started = performance.now();
  const model = modelOf(context, request);
  const release = model.hold();
  try {
    const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body = await plainBody(sent, context.settings.maxBody);
    const length = request.headers['inference-header-content-length'];
    const asked = readInferRequest(body, Array.isArray(length) ? length[0] : length);
    const outputs = askedOutputs(asked, model.info.classes.labels.length);
    const polarity = polarityOf(asked.parameters.polarity);
    const { id } = request;
    const parts = await predictTensor(context, model, {
      id,
      started,
      route: routeOf(request),
      input: asked.input,
      polarity,
    });
    const { body: answer, headerLength } = inferAnswer(model, asked, outputs, parts);
    if (headerLength === undefined)
      return reply.type('application/json; charset=utf-8').send(answer);
    reply.header('inference-header-content-length', String(headerLength));
    return reply.type('application/octet-stream').send(answer);
  } finally {
    release();
  }
}

function polarityOf(word: unknown) {
  const known = polarities.find((polarity) => polarity === word);
  if (word !== undefined && !known)
    throw new RequestError(400, `parameter 'polarity' is not one of ${polarities.join(', ')}`);
  return known;
}
