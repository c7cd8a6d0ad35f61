/** Recipes as files of JSON, with changes, and the digest by which the results of one are known. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyOverride } from '../../src/train/overrides.js';
import { paths } from '../support/paths.js';

const folder = join(paths.root, 'src/train/recipes');

/** The recipes that there are, by name. */
export function recipeFiles(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** The JSON of a recipe that comes with fmnist, changed by words as `--set` takes them. */
export function recipeJson(name: string, changes: readonly string[]): unknown {
  const json: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  for (const change of changes) applyOverride(json, change);
  return json;
}

/** SHA-256 of what a recipe says, in 16 hex digits: its name, its description and the order of its fields say nothing. */
export function recipeDigest(json: unknown): string {
  const { name: _, describe: __, ...rest } = json as Record<string, unknown>;
  return createHash('sha256')
    .update(JSON.stringify(sorted(rest)))
    .digest('hex')
    .slice(0, 16);
}

/** SHA-256 of a file, in 16 hex digits. */
export function fileDigest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, held]) => [name, sorted(held)]));
}
