/** Reads fields of parsed JSON one by one, with types and bounds; complaints name the field by its path. */

import { describeBounds, type NumberBounds } from '../cli/numbers.js';

export class RecipeReader {
  readonly #left: Map<string, unknown>;

  /** `path` is '' at the top, `optimizer` and so on below. */
  constructor(
    readonly path: string,
    json: unknown,
  ) {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new Error(`${path || 'the recipe'} is no JSON object`);
    this.#left = new Map(Object.entries(json));
  }

  number(name: string, bounds: NumberBounds, otherwise?: number): number {
    const value = this.#take(name) ?? otherwise;
    const fits =
      typeof value === 'number' &&
      (!bounds.integer || Number.isSafeInteger(value)) &&
      value >= (bounds.min ?? Number.NEGATIVE_INFINITY) &&
      value <= (bounds.max ?? Number.POSITIVE_INFINITY);
    if (!fits) throw this.#fault(name, value, describeBounds(bounds));
    return value;
  }

  text(name: string, otherwise?: string): string {
    const value = this.#take(name) ?? otherwise;
    if (typeof value !== 'string') throw this.#fault(name, value, 'text');
    return value;
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.#take(name) ?? otherwise;
    if (typeof value !== 'boolean') throw this.#fault(name, value, 'true or false');
    return value;
  }

  choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    const value = this.#take(name) ?? otherwise;
    if (!choices.includes(value as C)) throw this.#fault(name, value, choices.join(', '));
    return value as C;
  }

  record(name: string): Record<string, unknown> {
    const value = this.#take(name);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#fault(name, value, 'a JSON object');
    return value as Record<string, unknown>;
  }

  /** A reader for the object under `name`; an empty one where it is absent. */
  section(name: string): RecipeReader {
    return new RecipeReader(this.#pathOf(name), this.#take(name) ?? {});
  }

  /** Refuses fields that nobody asked for. */
  end(): void {
    const [extra] = this.#left.keys();
    if (extra !== undefined) throw new Error(`${this.#pathOf(extra)} is no field of a recipe`);
  }

  #take(name: string): unknown {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  #pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  #fault(name: string, value: unknown, expected: string): Error {
    const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    return new Error(`${this.#pathOf(name)} ${found}; ${expected} was expected`);
  }
}
