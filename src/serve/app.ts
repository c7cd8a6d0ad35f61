/** The service as a Fastify application, not yet listening: tests inject requests into it. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ClientAddress, clientAddress } from './access/client-address.js';
import { checkAccess, type Guards } from './access/guard.js';
import { securityHeaders, soundRequestId, strictTransport } from './access/headers.js';
import { HostRules } from './access/hosts.js';
import type { Credentials } from './access/secrets.js';
import { cutUnread, refuseConnection, timeouts } from './access/timeouts.js';
import { answerError } from './errors.js';
import { decodedBody } from './intake/content-encoding.js';
import type { AccessLog } from './log/access-log.js';
import { predicts } from './metrics/buckets.js';
import { answerElse } from './not-found.js';
import { RequestError } from './request-error.js';
import { checkQuery, routeLabel, routeOf, type ServeContext } from './route.js';
import { allRoutes } from './routes/all.js';

export interface AppOptions {
  readonly guards?: Guards;
  /** The hosts it answers to; those of the loopback unless given. */
  readonly hosts?: HostRules | undefined;
  /** Who a request is from; the other end of its connection unless given. */
  readonly clientOf?: ClientAddress | undefined;
  readonly accessLog?: AccessLog | undefined;
  /** PEM texts. */
  readonly tls?: Credentials | undefined;
  /** Requests a client may make a minute. */
  readonly rateLimit?: number | undefined;
}

export async function build(
  context: ServeContext,
  options: AppOptions = {},
): Promise<FastifyInstance> {
  const { guards = {}, hosts = new HostRules(), clientOf = clientAddress() } = options;
  const { accessLog, tls, rateLimit } = options;
  const { default: fastify } = await import('fastify');
  const { settings, metrics } = context;
  const prefix = `${process.pid.toString(36)}-${Date.now().toString(36)}-`;
  let serial = 0;
  const { requestTimeout, connectionTimeout, server } = timeouts(settings.timeout);
  const app = fastify({
    bodyLimit: settings.maxBody,
    requestTimeout,
    connectionTimeout,
    keepAliveTimeout: 65_000,
    requestIdHeader: false,
    genReqId: ({ headers }) => soundRequestId(headers['x-request-id']) ?? prefix + serial++,
    // While it drains, what comes on open connections is still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, metrics.cut),
    ...(tls ? { https: { ...server, ...tls } } : { http: server }),
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const headers = { ...securityHeaders, ...(tls ? strictTransport : {}) };
  const routes = allRoutes(context);
  const causes = new WeakMap<FastifyRequest, string>();
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    reply.header('x-request-id', request.id);
    cutUnread(reply, metrics.cut);
    hosts.checkHost(request.headers.host);
  });
  app.setErrorHandler((error, request, reply) => {
    causes.set(request, causeOf(error));
    answerError(error, reply);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    const route = routeOf(request);
    const milliseconds = reply.elapsedTime;
    metrics.requests.add([method, route, String(reply.statusCode)]);
    // A request for predictions is timed where they are made, as in the log.
    if (!predicts(route)) metrics.requestSeconds.observe(milliseconds / 1000, [route]);
    accessLog?.write({
      id: request.id,
      client: clientOf(request),
      method,
      path: url.split('?', 1)[0] ?? '',
      status: reply.statusCode,
      milliseconds,
      cause: causes.get(request),
    });
  });
  if (rateLimit !== undefined) await limitRate(app, rateLimit, clientOf);
  for (const { method, url, access, text, handler } of routes) {
    if (access === 'predict' && method === 'POST') metrics.expect(method, routeLabel(url));
    app.route({
      method,
      url,
      onRequest: async (request) => {
        if (method === 'POST') hosts.checkOrigin(request.headers);
        checkAccess(request, access, guards);
      },
      // Async, so that what a handler throws and what it rejects with go the same way.
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        checkQuery(request, text.query);
        const { body } = request;
        const encoding = request.headers['content-encoding'];
        if (encoding !== undefined && Buffer.isBuffer(body))
          request.body = await decodedBody(body, encoding, settings);
        return handler(request, reply);
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => answerElse(request, reply, routes));
  return app;
}

async function limitRate(
  app: FastifyInstance,
  most: number,
  clientOf: ClientAddress,
): Promise<void> {
  const { default: rate } = await import('@fastify/rate-limit');
  await app.register(rate, {
    max: most,
    timeWindow: '1 minute',
    keyGenerator: clientOf,
    // Probes and scrapers are not clients.
    allowList: ({ url }: FastifyRequest) => /^\/(health|ready|metrics|v2\/health\/\w+)$/.test(url),
    errorResponseBuilder: (_request, { ttl }) =>
      new RequestError(429, `more than ${most} requests a minute`, {
        'retry-after': String(Math.ceil(ttl / 1000)),
      }),
  });
}

/**
 * Cause of an error for the access log: its message and that of its cause, where they say more
 * than the response.
 */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  const words = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return words.replace(/\s+/g, ' ').slice(0, 500);
}
