/** Opening of a recipe by name or file, with the overrides of the command line. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, quoted, UsageError } from '../core/errors.js';
import { jsonFault } from '../core/json.js';
import { readSmallFile } from '../io/input.js';
import type { Recipe } from '../step/recipe.js';
import { applyOverride } from './overrides.js';
import { readRecipe } from './recipe.js';

/** Folder of the recipes that come with fmnist, data beside the sources. */
const folder = fileURLToPath(new URL('../../../src/train/recipes/', import.meta.url));

/** Names of the recipes that come with fmnist. */
export function recipeNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * Opens a recipe: a bare name is one of ours, anything with a slash or a dot is a file, `-` standard input.
 * overrides: `path.to.field=value` each. Throws UsageError for a fault that they introduce, OperationalError for one of
 * the file.
 */
export async function openRecipe(
  io: CommandIo,
  name: string,
  overrides: readonly string[],
): Promise<Recipe> {
  const path = name === '-' || /[/.]/.test(name) ? name : ownRecipe(name);
  const text = (await readSmallFile(io, path)).toString('utf8');
  const json = parse(path, text);
  for (const override of overrides) applyOverride(json, override);
  try {
    return readRecipe(json);
  } catch (error) {
    const { message } = error as Error;
    if (overrides.length > 0 && isSound(parse(path, text)))
      throw new UsageError(`the recipe as changed: ${message}`, { cause: error });
    throw new OperationalError(name, message, { cause: error });
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OperationalError(path, `is not JSON (${jsonFault(error)}); a recipe was expected`, {
      cause: error,
    });
  }
}

function isSound(json: unknown): boolean {
  try {
    readRecipe(json);
    return true;
  } catch {
    return false;
  }
}

function ownRecipe(name: string): string {
  const names = recipeNames();
  if (!names.includes(name))
    throw new UsageError(
      `--recipe: ${quoted(name)} is not one of ${names.join(', ')}; a file's name has a dot or a slash in it`,
    );
  return `${folder}${name}.json`;
}
