/**
 * GET over HTTP with what Node's own fetch lacks: proxies from the environment (by absolute URL, or a CONNECT
 * tunnel for https:), separate limits on connecting and on silence, and a body that ends early as an error.
 */

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { proxyCredentials, proxyFor } from './proxy.js';

export interface HttpOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until a connection must stand, TLS included. */
  readonly connectTimeout: number;
  /** Milliseconds of silence before a response, or within one. */
  readonly idleTimeout: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpResponse {
  /** Where redirects led to. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The body; throws where it is cut short or falls silent. */
  readonly body: IncomingMessage;
}

/** The connection failed: a retry is not likely to succeed. */
export class ConnectError extends Error {
  override name = 'ConnectError';
}

/** The redirects lead nowhere: a retry ends the same way. */
export class LostError extends Error {
  override name = 'LostError';
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/** GETs `url`, following redirects. Any other status is a response, not an error. */
export async function httpGet(url: URL, options: HttpOptions): Promise<HttpResponse> {
  let at = url;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const body = await getOnce(at, options);
    const status = body.statusCode ?? 0;
    const { location } = body.headers;
    if (!redirects.has(status) || !location)
      return { url: at, status, headers: body.headers, body };
    body.destroy();
    at = redirected(at, location);
  }
  throw new LostError(`more than ${mostRedirects} redirects`);
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.protocol !== 'http:' && to?.protocol !== 'https:')
    throw new LostError(`redirected to '${location}'; an http: or https: URL was expected`);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new LostError(`redirected from https: to ${to.href}; https: was expected`);
  return to;
}

async function getOnce(url: URL, options: HttpOptions): Promise<IncomingMessage> {
  const proxy = proxyFor(url, options.env);
  const headers = {
    'user-agent': 'fmnist-fetch',
    accept: '*/*',
    'accept-encoding': 'identity',
    ...options.headers,
  };
  if (!proxy) return exchange(await requestTo(url, { headers, ...target(url) }), options);
  const credentials = proxyCredentials(proxy);
  const authorization = credentials ? { 'proxy-authorization': credentials } : {};
  if (url.protocol === 'http:') {
    const forwarded = { ...headers, ...authorization, host: url.host };
    return exchange(
      await requestTo(proxy, { ...target(proxy), path: url.href, headers: forwarded }),
      options,
    );
  }
  const socket = await tunnel(url, proxy, authorization, options);
  const { connect } = await import('node:tls');
  const servername = url.hostname;
  return exchange(
    await requestTo(url, {
      ...target(url),
      headers,
      createConnection: () => connect({ socket, servername }),
    }),
    options,
  );
}

/** Asks an http proxy for a way through to an https host. */
async function tunnel(
  url: URL,
  proxy: URL,
  authorization: Record<string, string>,
  options: HttpOptions,
): Promise<Duplex> {
  const host = `${url.hostname}:${url.port || 443}`;
  const request = await requestTo(proxy, {
    ...target(proxy),
    method: 'CONNECT',
    path: host,
    headers: { host, ...authorization },
  });
  return new Promise((resolve, reject) => {
    const refuse = (status = 0) =>
      reject(new ConnectError(`the proxy ${proxy.host} answered ${status} to CONNECT ${host}`));
    request.on('connect', (response: IncomingMessage, socket: Duplex) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      refuse(response.statusCode);
    });
    request.on('response', (response) => {
      response.destroy();
      refuse(response.statusCode);
    });
    limited(request, options, reject);
    request.end();
  });
}

const target = (url: URL): RequestOptions => ({
  protocol: url.protocol,
  hostname: url.hostname.replace(/^\[|\]$/g, ''),
  port: url.port,
  path: `${url.pathname}${url.search}`,
  ...(url.username && {
    auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
  }),
});

/** node:https takes long to load, and most mirrors speak plain http. */
async function requestTo(url: URL, options: RequestOptions): Promise<ClientRequest> {
  const { request } = await (url.protocol === 'https:'
    ? import('node:https')
    : import('node:http'));
  // One connection a request, unless it brings its own: a kept one would keep this process waiting.
  return request('createConnection' in options ? options : { ...options, agent: false });
}

function exchange(request: ClientRequest, options: HttpOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', (response) => {
      // Silence is the request's to notice; it must also end the body that is being read.
      request.on('timeout', () => response.destroy(silence(options)));
      resolve(response);
    });
    limited(request, options, reject);
    request.end();
  });
}

const silence = ({ idleTimeout }: HttpOptions) =>
  new Error(`nothing came for ${idleTimeout / 1000} s`);

/** Errors and time limits of a request, until it is answered. */
function limited(
  request: ClientRequest,
  options: HttpOptions,
  reject: (error: Error) => void,
): void {
  let connected = false;
  const late = setTimeout(
    () => request.destroy(new Error(`no connection within ${options.connectTimeout / 1000} s`)),
    options.connectTimeout,
  );
  request.setTimeout(options.idleTimeout, () => request.destroy(silence(options)));
  request.on('socket', (socket: Socket) => {
    const ready = () => {
      connected = true;
      clearTimeout(late);
    };
    const event = 'encrypted' in socket ? 'secureConnect' : 'connect';
    if (socket.connecting || event === 'secureConnect') socket.once(event, ready);
    else ready();
  });
  request.on('error', (error) => {
    clearTimeout(late);
    reject(connected ? error : new ConnectError(connectionReason(error), { cause: error }));
  });
  request.on('close', () => clearTimeout(late));
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the host name cannot be looked up',
  ETIMEDOUT: 'the connection timed out',
};

/** A network error in words. */
export function connectionReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? (message || code || String(error));
}
