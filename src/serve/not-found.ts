/**
 * Responses outside all routes: 404 for unknown paths, 405 for unsupported methods, and OPTIONS,
 * which lists the methods.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from './request-error.js';
import { type ServeRoute, spelled } from './route.js';

/** The methods of a path, HEAD and OPTIONS with them; empty where there is no such path. */
export function methodsOf(path: string, routes: readonly ServeRoute[]): string[] {
  const methods = new Set<string>();
  for (const { url, method } of routes) {
    const pattern = spelled(url.replace(/[.]/g, '\\.'), () => '[^/:]+');
    if (path !== '*' && !new RegExp(`^${pattern}$`).test(path)) continue;
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
  }
  return methods.size === 0 ? [] : [...methods, 'OPTIONS'];
}

/** OPTIONS: 204 and the methods. RequestError 405 where the path is right and the method is not, 404 otherwise. */
export function answerElse(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  routes: readonly ServeRoute[],
): FastifyReply {
  const methods = methodsOf(url.split('?', 1)[0] ?? '', routes);
  if (methods.length === 0) throw new RequestError(404, 'there is no such path');
  const allow = methods.join(', ');
  if (method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
  const own = methods.filter((name) => name === 'GET' || name === 'POST').join(', ');
  throw new RequestError(405, `${method} is not for this path; ${own} is`, { allow });
}
