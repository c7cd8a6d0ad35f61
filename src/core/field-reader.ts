/** Reads fields of parsed JSON one by one, with types and bounds; complaints name the field by its path. */

import { isObject } from './json.js';
import { describeBounds, type NumberBounds } from './numbers.js';

export class FieldReader {
  readonly #left: Map<string, unknown>;
  readonly #known: string[] = [];

  /** `path` is '' at the top, `optimizer` and so on below. */
  constructor(
    readonly path: string,
    json: unknown,
  ) {
    if (!isObject(json))
      throw new Error(`${path || 'the recipe'} is ${shown(json)}; a JSON object was expected`);
    this.#left = new Map(Object.entries(json));
  }

  number(name: string, bounds: NumberBounds, otherwise?: number): number {
    const value = this.#take(name, otherwise);
    const fits =
      Number.isFinite(value) &&
      (!bounds.integer || Number.isSafeInteger(value)) &&
      (value as number) >= (bounds.min ?? Number.NEGATIVE_INFINITY) &&
      (value as number) <= (bounds.max ?? Number.POSITIVE_INFINITY);
    if (!fits) throw this.#fault(name, value, describeBounds(bounds));
    return value as number;
  }

  /** Text on one line. */
  text(name: string, otherwise?: string): string {
    const value = this.#take(name, otherwise);
    if (typeof value !== 'string' || /\p{Cc}/u.test(value))
      throw this.#fault(name, value, 'text on one line');
    return value;
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.#take(name, otherwise);
    if (typeof value !== 'boolean') throw this.#fault(name, value, 'true or false');
    return value;
  }

  choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    const value = this.#take(name, otherwise);
    if (!choices.includes(value as C))
      throw this.#fault(name, value, `one of ${choices.join(', ')}`);
    return value as C;
  }

  /** A list of at least one object. */
  objects(name: string): readonly Readonly<Record<string, unknown>>[] {
    const value = this.#take(name, undefined);
    if (!Array.isArray(value) || value.length === 0)
      throw this.#fault(name, value, 'a list of at least one object');
    for (const [i, item] of value.entries())
      if (!isObject(item)) throw this.#fault(`${name}.${i}`, item, 'a JSON object');
    return value;
  }

  /** A reader for the object under `name`; an empty one where it is absent. */
  section(name: string): FieldReader {
    return new FieldReader(this.#pathOf(name), this.#take(name, {}));
  }

  /** Whether the field is given. */
  has(name: string): boolean {
    return this.#left.has(name);
  }

  /** Refuses fields that nobody asked for. `owner`: what has the fields that were asked for. */
  end(owner = 'a recipe'): void {
    const [extra] = this.#left.keys();
    if (extra === undefined) return;
    const known = this.#known.filter((name) => name !== 'kind').join(', ') || 'none';
    throw new Error(`${this.#pathOf(extra)} is no field of ${owner}, which has ${known}`);
  }

  #take(name: string, otherwise: unknown): unknown {
    this.#known.push(name);
    const value = this.#left.has(name) ? this.#left.get(name) : otherwise;
    this.#left.delete(name);
    return value;
  }

  #pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  #fault(name: string, value: unknown, expected: string): Error {
    const found = value === undefined ? 'is missing' : `is ${shown(value)}`;
    return new Error(`${this.#pathOf(name)} ${found}; ${expected} was expected`);
  }
}

/** A value in a message: its JSON, or the beginning of it. Infinities have no JSON. */
function shown(value: unknown): string {
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing');
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}
