/** Several kinds of requests in given proportions. */

import { nearest } from '../core/nearest.js';
import { parseNumber } from '../core/numbers.js';
import type { Generator } from '../random/generator.js';
import { type Payload, type PayloadKind, payloadKinds } from './payloads.js';

export interface MixPart {
  readonly kind: PayloadKind;
  readonly weight: number;
}

/** Reads `png`, or `png=3,json=1`. A RangeError says what was expected. */
export function parseMix(text: string): MixPart[] {
  const parts = text.split(',').map((word) => {
    const [name = '', weight, ...rest] = word.split('=');
    const kind = payloadKinds.find((known) => known === name);
    if (!kind || rest.length > 0) {
      const near = nearest(name, payloadKinds);
      throw new RangeError(
        `'${word}' is no kind of request; ${near ? `did you mean ${near}?` : `there are ${payloadKinds.join(', ')}`}`,
      );
    }
    return { kind, weight: weight === undefined ? 1 : parseNumber(weight, { min: 0, max: 1e6 }) };
  });
  const kinds = new Set(parts.map(({ kind }) => kind));
  if (kinds.size < parts.length) throw new RangeError(`'${text}' names a kind twice`);
  if (!parts.some(({ weight }) => weight > 0))
    throw new RangeError(`'${text}' leaves nothing to send`);
  return parts;
}

export interface MixedPayloads extends MixPart {
  readonly payloads: readonly Payload[];
}

/** Gives the next request: of a kind drawn by its weight, the payloads of each kind in turn. */
export function mixed(parts: readonly MixedPayloads[], generator: Generator): () => Payload {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const sent = parts.map(() => 0);
  return () => {
    let drawn = parts.length > 1 ? generator.uniform() * total : 0;
    let i = parts.findIndex(({ weight }) => {
      drawn -= weight;
      return drawn < 0;
    });
    // Rounding may leave the last one short of the whole.
    if (i < 0) i = parts.findLastIndex(({ weight }) => weight > 0);
    const { payloads } = parts[i]!;
    const turn = sent[i]!;
    sent[i] = turn + 1;
    return payloads[turn % payloads.length]!;
  };
}
