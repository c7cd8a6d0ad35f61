/** The model, and its version, that a path names. */

import type { FastifyRequest } from 'fastify';
import type { HostedModel } from '../inference/hosted-model.js';
import { RequestError } from '../request-error.js';
import type { ServeContext } from '../route.js';

/** RequestError 404 for a model, or a version of it, that is not in service. */
export function modelOf({ registry }: ServeContext, request: FastifyRequest): HostedModel {
  const { name, version: wanted } = request.params as {
    readonly name: string;
    readonly version?: string;
  };
  const model = registry.get(name);
  if (wanted !== undefined && wanted !== model.version)
    throw new RequestError(
      404,
      `model '${name}' is in service in version ${model.version}, not '${wanted.slice(0, 40)}'`,
    );
  return model;
}
