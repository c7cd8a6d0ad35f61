/** Query parameters of a request, each read once and refused where it is repeated. */

import type { FastifyRequest } from 'fastify';

/** A query parameter, where it is there and not empty. */
export function queryText({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
