/**
 * Routes of a service. To add one: write a file in routes/ that exports a function from the
 * context to routes, as the others do, and name it in routes/all.ts; access control, error
 * bodies, metrics by route, the access log, /openapi.json and the 405s follow from what the route
 * says of itself. A handler throws RequestError for what is wrong with a request. Bodies arrive
 * as Buffers, whatever their type: intake/body.ts makes images of them.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ModelRepository } from './inference/model-repository.js';
import type { PredictionLog } from './log/prediction-log.js';
import type { ServeMetrics } from './metrics/serve-metrics.js';
import type { PredictionEvent } from './prediction-event.js';
import { RequestError } from './request-error.js';
import type { ServeSettings } from './settings.js';
import type { TrafficShare } from './traffic-split.js';

export interface RouteText {
  readonly summary: string;
  /** Media type → what is expected; for those with a body. */
  readonly body?: Readonly<Record<string, string>>;
  /** Query parameter → what it does. */
  readonly query?: Readonly<Record<string, string>>;
  /** Media type of the answer → what it is. */
  readonly answer: Readonly<Record<string, string>>;
}

export interface ServeRoute {
  readonly method: 'GET' | 'POST';
  /** In Fastify's spelling: `/v1/models/:name`; with a colon of its own, `/v1/models/:name([^:/]+)::predict`. */
  readonly url: string;
  /** Access: open to all, or with a token for predictions, or with a token for administration. */
  readonly access: 'open' | 'predict' | 'admin';
  readonly text: RouteText;
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** A route's url with every parameter spelled by `parameter`: `/v1/models/{name}`. */
export function spelled(url: string, parameter: (name: string) => string): string {
  return url.replace(/::|:(\w+)(?:\([^)]*\))?/g, (_, name?: string) =>
    name === undefined ? ':' : parameter(name),
  );
}

/** A route in metrics: `/v1/models/:name`. */
export const routeLabel = (url: string) => spelled(url, (name) => `:${name}`);

const labels = new Map<string, string>();

/** The route that answers a request, in metrics; `none` where there is none. */
export function routeOf({ routeOptions: { url } }: Pick<FastifyRequest, 'routeOptions'>): string {
  if (url === undefined) return 'none';
  let label = labels.get(url);
  if (label === undefined) {
    label = routeLabel(url);
    labels.set(url, label);
  }
  return label;
}

/** A route in documents: `/v1/models/{name}`. */
export const routePath = (url: string) => spelled(url, (name) => `{${name}}`);

export interface ServeContext {
  readonly registry: ModelRepository;
  readonly settings: ServeSettings;
  readonly metrics: ServeMetrics;
  /** How the traffic that names no model is shared; the first has it all unless given. */
  readonly shares?: readonly TrafficShare[] | undefined;
  /** Called after each part of an answer, off its path; must not throw. */
  readonly onAnswered: ((answered: PredictionEvent) => void)[];
  /** Where what was served is kept, and what belongs to it may be added. */
  readonly log?: PredictionLog | undefined;
  /** Set when the service has begun to stop. */
  draining: boolean;
}

/** RequestError 400 for a query parameter that a route with parameters does not have, or one that is there twice: a slip that would change the answer in silence. */
export function checkQuery({ query }: FastifyRequest, known: RouteText['query']): void {
  if (!known) return;
  for (const [name, value] of Object.entries(query as object)) {
    if (!Object.hasOwn(known, name))
      throw new RequestError(
        400,
        `there is no query parameter '${name}' here; there is ${Object.keys(known).join(', ')}`,
      );
    if (Array.isArray(value))
      throw new RequestError(400, `the query parameter '${name}' is there ${value.length} times`);
  }
}
