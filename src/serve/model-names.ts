/** Operands → models: `FILE` is called by its file's name, `NAME=FILE` by that name. */

import { basename } from 'node:path';
import { quoted, UsageError } from '../core/errors.js';
import type { ModelSource } from './inference/hosted-model.js';

const named = /^([A-Za-z0-9][\w.-]{0,63})=(.+)$/s;

/** UsageError where a name is given twice or cannot be one. */
export function modelSources(operands: readonly string[]): ModelSource[] {
  const sources = operands.map((operand) => {
    const match = named.exec(operand);
    if (match) return { name: match[1]!, path: match[2]! };
    const name = basename(operand).replace(/\.onnx$/, '');
    if (named.test(`${name}=x`)) return { name, path: operand };
    throw new UsageError(`${quoted(operand)} cannot be a model's name; NAME=FILE gives it one`);
  });
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new UsageError(`two models are called ${quoted(twice)}; NAME=FILE renames one`);
  return sources;
}
