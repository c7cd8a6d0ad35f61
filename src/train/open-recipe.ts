/** Finding a recipe by name or file, and applying `--set` overrides to it. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TroubleError, UsageError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { readSmallFile } from '../io/input.js';
import { type Recipe, readRecipe } from './recipe.js';

/** The recipes that come with fmnist stand as data beside the sources. */
const folder = fileURLToPath(new URL('../../../src/model/recipes/', import.meta.url));

/** The names of the recipes that come with fmnist. */
export function recipeNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * Opens a recipe: a bare name is one of ours, anything with a slash or a dot is a file.
 * `overrides` are `path.to.field=value` words; values are JSON, or text where they are not.
 */
export async function openRecipe(
  io: CommandIo,
  name: string,
  overrides: readonly string[],
): Promise<Recipe> {
  const path = /[/.]/.test(name) ? name : ownRecipe(name);
  const bytes = await readSmallFile(io, path);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new TroubleError(
      path,
      `is not JSON (${(error as Error).message}); a recipe was expected`,
      {
        cause: error,
      },
    );
  }
  for (const override of overrides) applyOverride(json, override);
  try {
    return readRecipe(json);
  } catch (error) {
    throw new TroubleError(
      overrides.length ? `${name} with --set` : name,
      (error as Error).message,
      {
        cause: error,
      },
    );
  }
}

function ownRecipe(name: string): string {
  const names = recipeNames();
  if (!names.includes(name))
    throw new UsageError(`--recipe: '${name}' is not one of ${names.join(', ')}, nor a file`);
  return `${folder}${name}.json`;
}

/** Sets one field in place: `optimizer.learningRate=0.002`, `model.layers.4.rate=0.5`. */
export function applyOverride(json: unknown, override: string): void {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(override) ?? [];
  if (path === undefined || text === undefined)
    throw new UsageError(`--set: '${override}' is not of the form path.to.field=value`);
  const steps = path.split('.');
  const last = steps.pop() as string;
  let at = json as Record<string, unknown>;
  for (const step of steps) {
    if (!Object.hasOwn(at, step)) at[step] = {};
    const next = at[step];
    if (typeof next !== 'object' || next === null)
      throw new UsageError(`--set: '${path}': ${step} is a value, not a section`);
    at = next as Record<string, unknown>;
  }
  if (last === '__proto__') throw new UsageError(`--set: '${path}' is no field of a recipe`);
  at[last] = parseValue(text);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
