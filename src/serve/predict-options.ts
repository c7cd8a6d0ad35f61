/** What the query of a prediction asks for. */

import type { FastifyRequest } from 'fastify';
import { parseNumber } from '../core/numbers.js';
import { queryText } from './query.js';
import { RequestError } from './request-error.js';
import { type Polarity, polarities } from './settings.js';

export interface AskedFor {
  readonly top: number | undefined;
  readonly polarity: Polarity | undefined;
  /** Answer with NDJSON or not; undefined where the request does not say. */
  readonly lines: boolean | undefined;
  /** Whether images are given back as the model saw them. */
  readonly seen: boolean;
}

/** RequestError 400 for words it does not know. */
export function askedFor(request: FastifyRequest): AskedFor {
  return {
    top: topOf(request),
    polarity: polarityOf(request),
    lines: linesOf(request),
    seen: seenOf(request),
  };
}

function topOf(request: FastifyRequest): number | undefined {
  const text = queryText(request, 'top');
  if (text === undefined) return undefined;
  try {
    return parseNumber(text, { integer: true, min: 1, max: 256 });
  } catch (error) {
    throw new RequestError(400, `top: ${(error as Error).message}`, {}, { cause: error });
  }
}

function seenOf(request: FastifyRequest): boolean {
  const text = queryText(request, 'seen') ?? 'false';
  if (text !== 'true' && text !== 'false')
    throw new RequestError(400, `seen: '${text.slice(0, 40)}' is not one of true, false`);
  return text === 'true';
}

/** RequestError 400 for another word. */
export function polarityOf(request: FastifyRequest): Polarity | undefined {
  const text = queryText(request, 'polarity');
  const known = polarities.find((polarity) => polarity === text);
  if (text !== undefined && !known)
    throw new RequestError(
      400,
      `polarity: '${text.slice(0, 40)}' is not one of ${polarities.join(', ')}`,
    );
  return known;
}

function linesOf({ headers: { accept = '' } }: FastifyRequest): boolean | undefined {
  if (/\bapplication\/(x-)?ndjson\b/i.test(accept)) return true;
  return /\bapplication\/json\b/i.test(accept) ? false : undefined;
}
