/**
 * Access control by bearer tokens. Admin tokens open everything; without a file of tokens
 * predictions are open and administration is closed.
 */

import type { FastifyRequest } from 'fastify';
import { RequestError } from '../request-error.js';
import type { ServeRoute } from '../route.js';
import type { Tokens } from './tokens.js';

export interface Guards {
  readonly predict?: Tokens | undefined;
  readonly admin?: Tokens | undefined;
}

/** RequestError 401 or 403 where a request may not be answered. */
export function checkAccess(
  { headers: { authorization } }: Pick<FastifyRequest, 'headers'>,
  access: ServeRoute['access'],
  { predict, admin }: Guards,
): void {
  if (access === 'open') return;
  if (access === 'predict' && !predict) return;
  if (access === 'admin' && !admin)
    throw new RequestError(403, 'administration is closed; --admin-token-file opens it');
  if (admin?.accepts(authorization)) return;
  if (access === 'predict' && predict?.accepts(authorization)) return;
  throw new RequestError(401, 'a bearer token was expected', {
    'www-authenticate': 'Bearer realm="fmnist"',
  });
}
