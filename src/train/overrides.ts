/** Overrides of a recipe, `--set path.to.field=value`: each sets one field of its JSON. */

import { quoted, UsageError } from '../core/errors.js';

type Section = Record<string, unknown>;

/**
 * Sets one field in place: `optimizer.learningRate=0.002`, `model.layers.4.rate=0.5`.
 * Missing sections are created; a list takes the positions it has and the next one. Values are JSON, else text. The
 * recipe's reader checks that the field is known. Throws UsageError for a path that leads nowhere.
 */
export function applyOverride(json: unknown, override: string): void {
  const [, path = '', text] = /^([^=]+)=(.*)$/s.exec(override) ?? [];
  const steps = path.split('.');
  if (text === undefined || steps.includes(''))
    throw new UsageError(`--set: ${quoted(override)} is not of the form path.to.field=value`);
  if (steps.includes('__proto__'))
    throw new UsageError(`--set: ${quoted(path)} is no field of a recipe`);
  const last = steps.pop()!;
  let at = section(json, path, 'the recipe');
  for (const step of steps) {
    checkPosition(at, step, path);
    if (!Object.hasOwn(at, step)) at[step] = {};
    at = section(at[step], path, step);
  }
  checkPosition(at, last, path);
  at[last] = parseValue(text);
}

function section(value: unknown, path: string, name: string): Section {
  if (typeof value === 'object' && value !== null) return value as Section;
  throw new UsageError(`--set: ${quoted(path)}: ${quoted(name)} is a value and has no fields`);
}

/** Checks a position in a list: numbers only, without gaps. */
function checkPosition(at: Section, step: string, path: string): void {
  if (!Array.isArray(at)) return;
  if (/^(0|[1-9]\d{0,8})$/.test(step) && Number(step) <= at.length) return;
  throw new UsageError(
    `--set: ${quoted(path)}: ${quoted(step)} is no place in a list of ${at.length}; 0 to ${at.length} was expected`,
  );
}

/** Parses a value: JSON, else text. `.5`, `5.` and `+5` are numbers too, though not in JSON. */
function parseValue(text: string): unknown {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
