/** Sharing traffic among models: canaries and A/B tests. */

import { parseNumber } from '../core/numbers.js';
import { hashFraction } from './hash-fraction.js';
import { RequestError } from './request-error.js';

export interface TrafficShare {
  readonly model: string;
  /** From 0 to 1; all together 1. */
  readonly share: number;
}

/** `a=95,b=5` → shares; weights are relative. Throws a RangeError, in words, for models that are not served. */
export function parseTrafficSplit(text: string, models: readonly string[]): TrafficShare[] {
  const weights = text.split(',').map((part) => {
    const [model = '', weight, ...more] = part.split('=');
    if (weight === undefined || more.length > 0)
      throw new RangeError(`'${part}' is not NAME=WEIGHT`);
    if (!models.includes(model))
      throw new RangeError(`no model is called '${model}'; there is ${models.join(', ')}`);
    return { model, weight: parseNumber(weight, { min: 0, max: 1e9 }) };
  });
  const names = weights.map(({ model }) => model);
  const twice = names.find((model, i) => names.indexOf(model) < i);
  if (twice) throw new RangeError(`'${twice}' is named twice`);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) throw new RangeError('all weights are 0');
  return weights.map(({ model, weight }) => ({ model, share: weight / total }));
}

/** The model whose share a key falls into. Growing one share moves only keys that it gains. Throws RequestError 400 for a key that is too long. */
export function modelFor(key: string, shares: readonly TrafficShare[]): string {
  if (key.length > 1024) throw new RequestError(400, 'a key of more than 1024 characters');
  let left = hashFraction(key);
  for (const { model, share } of shares) {
    if (left < share) return model;
    left -= share;
  }
  return shares.findLast(({ share }) => share > 0)?.model ?? '';
}
