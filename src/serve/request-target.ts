/** Whom a request asks, and about what: the same for every route that takes images. */

import type { FastifyRequest } from 'fastify';
import type { HostedModel } from './inference/hosted-model.js';
import { readBody } from './intake/body.js';
import type { ImageCollector } from './intake/intake.js';
import { queryText } from './query.js';
import type { RouteText, ServeContext } from './route.js';
import type { Polarity } from './settings.js';
import { modelFor, routeKey } from './traffic-split.js';

/** The model in the path or the query, else the one whose share of the traffic this is, else the first. RequestError 404 or 503. */
export function modelAsked(
  { registry, shares }: Pick<ServeContext, 'registry' | 'shares'>,
  request: FastifyRequest,
): HostedModel {
  const named = (request.params as { readonly name?: string }).name ?? queryText(request, 'model');
  return registry.get(named ?? (shares && modelFor(routeKey(request), shares)));
}

/** The images in the body, in the model's shape. RequestError says what is wrong with them. */
export function imagesAsked(
  { settings }: Pick<ServeContext, 'settings'>,
  request: FastifyRequest,
  model: HostedModel,
  polarity: Polarity | undefined,
): Promise<ImageCollector> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return readBody(body, request.headers['content-type'] ?? '', {
    ...settings,
    model: model.info,
    polarity: polarity ?? settings.polarity,
  });
}

/** How images may be sent. */
export const imageBodies: NonNullable<RouteText['body']> = {
  'image/*': 'a picture file of any size and colour: PNG, JPEG, WebP, GIF, TIFF, AVIF',
  'application/json': '{"pixels": [0…255 …]}, {"image": "base64"} or {"images": [...]}',
  'application/x-ndjson': 'image records, one a line',
  'application/octet-stream': 'an IDX stream of images, gzipped or not',
  'multipart/form-data': 'picture files, one a field',
};
