/** Prediction requests: all that a request for a prediction or an explanation says, read once at the edge of the service. */

import type { FastifyRequest } from 'fastify';
import { parseNumber } from '../core/numbers.js';
import type { HostedModel } from './inference/hosted-model.js';
import { readBody } from './intake/body.js';
import type { RequestImages } from './intake/intake.js';
import { queryText } from './query.js';
import { RequestError } from './request-error.js';
import { type RouteText, routeOf, type ServeContext } from './route.js';
import { type Polarity, polarities } from './settings.js';
import { modelFor } from './traffic-split.js';

/** One request, typed; what it leaves open is undefined. */
export interface PredictRequest {
  readonly id: string;
  /** When it came in, as `performance.now` tells. */
  readonly started: number;
  /** Its route, as metrics call it. */
  readonly route: string;
  /** Name of the model, from the path or the query. */
  readonly model: string | undefined;
  /** Key by which traffic is split: the client's, else the request's id, which spreads evenly. */
  readonly key: string;
  /** How many of the most probable classes to answer with. */
  readonly top: number | undefined;
  readonly polarity: Polarity | undefined;
  /** True for an answer in NDJSON, false for one in JSON. */
  readonly lines: boolean | undefined;
  /** True to give back each image as the model saw it. */
  readonly seen: boolean;
  /** [bytes], empty without a body. */
  readonly body: Buffer;
  readonly contentType: string;
}

/** Reads a request. Throws RequestError 400 for a parameter with a value that is not known. */
export function readPredictRequest(request: FastifyRequest): PredictRequest {
  const { headers, params, body, id } = request;
  const routeKey = headers['x-route-key'];
  return {
    id,
    started: performance.now(),
    route: routeOf(request),
    model: (params as { readonly name?: string }).name ?? queryText(request, 'model'),
    key: (typeof routeKey === 'string' && routeKey) || queryText(request, 'key') || id,
    top: topOf(queryText(request, 'top')),
    polarity: readPolarity(queryText(request, 'polarity')),
    lines: linesOf(headers.accept),
    seen: choiceOf('seen', queryText(request, 'seen') ?? 'false', ['true', 'false']) === 'true',
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    contentType: headers['content-type'] ?? '',
  };
}

/** The model that a request names, else the one whose share of the traffic it falls into, else the first. Throws RequestError 400, 404 or 503. */
export function findModel(
  { registry, shares }: Pick<ServeContext, 'registry' | 'shares'>,
  { model, key }: Pick<PredictRequest, 'model' | 'key'>,
): HostedModel {
  return registry.get(model ?? (shares && modelFor(key, shares)));
}

/** Images of a request, decoded to the model's shape. Throws RequestError for a body that holds none. */
export function decodeImages(
  { settings }: Pick<ServeContext, 'settings'>,
  { body, contentType, polarity }: Pick<PredictRequest, 'body' | 'contentType' | 'polarity'>,
  model: HostedModel,
): Promise<RequestImages> {
  return readBody(body, contentType, {
    ...settings,
    model: model.info,
    polarity: polarity ?? settings.polarity,
  });
}

/** Media types of images, as the documentation of a route lists them. */
export const imageBodies: NonNullable<RouteText['body']> = {
  'image/*': 'a picture file of any size and colour: PNG, JPEG, WebP, GIF, TIFF, AVIF',
  'application/json': '{"pixels": [0…255 …]}, {"image": "base64"} or {"images": [...]}',
  'application/x-ndjson': 'image records, one a line',
  'application/octet-stream': 'an IDX stream of images, gzipped or not',
  'multipart/form-data': 'picture files, one a field',
};

/** A value of a query parameter that takes one of some words. Throws RequestError 400 for another. */
export function choiceOf<C extends string>(name: string, text: string, choices: readonly C[]): C {
  const known = choices.find((choice) => choice === text);
  if (known !== undefined) return known;
  throw new RequestError(
    400,
    `${name}: '${text.slice(0, 40)}' is not one of ${choices.join(', ')}`,
  );
}

function topOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseNumber(text, { integer: true, min: 1, max: 256 });
  } catch (error) {
    throw new RequestError(400, `top: ${(error as Error).message}`, {}, { cause: error });
  }
}

/** The polarity that a request names. Throws RequestError 400 for a word that is none. */
export function readPolarity(text: string | undefined): Polarity | undefined {
  return text === undefined ? undefined : choiceOf('polarity', text, polarities);
}

function linesOf(accept = ''): boolean | undefined {
  if (/\bapplication\/(x-)?ndjson\b/i.test(accept)) return true;
  return /\bapplication\/json\b/i.test(accept) ? false : undefined;
}
