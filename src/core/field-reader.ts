/** Reader of the fields of parsed JSON: one by one, with types and bounds; faults name the field by its path. */

import { isObject, isShown, shown } from './json.js';
import { describeBounds, type NumberBounds } from './numbers.js';

/**
 * The fields of one JSON object. Each method reads a field and throws an Error where it is missing, with no default given
 * as `otherwise`, or not of its type; `end` refuses the fields that were not read. Subclasses may word faults otherwise.
 */
export class FieldReader {
  /** Fields not read yet. */
  readonly #left: Map<string, unknown>;
  /** Names of the fields read. */
  readonly #known: string[] = [];

  /** `path`: '' at the top, `optimizer` and so on below. */
  constructor(
    readonly path: string,
    json: unknown,
  ) {
    if (!isObject(json))
      throw new Error(`${path || 'the recipe'} is ${shown(json)}; a JSON object was expected`);
    this.#left = new Map(Object.entries(json));
  }

  /** A finite number within bounds. */
  number(name: string, bounds: NumberBounds, otherwise?: number): number {
    const value = this.take(name, otherwise);
    const fits =
      Number.isFinite(value) &&
      (!bounds.integer || Number.isSafeInteger(value)) &&
      (value as number) >= (bounds.min ?? Number.NEGATIVE_INFINITY) &&
      (value as number) <= (bounds.max ?? Number.POSITIVE_INFINITY);
    if (!fits) throw this.fault(name, value, describeBounds(bounds));
    return value as number;
  }

  /** Text on one line, without control characters. */
  text(name: string, otherwise?: string): string {
    const value = this.take(name, otherwise);
    if (typeof value !== 'string' || /\p{Cc}/u.test(value))
      throw this.fault(name, value, 'text on one line');
    return value;
  }

  /** A boolean. */
  flag(name: string, otherwise?: boolean): boolean {
    const value = this.take(name, otherwise);
    if (typeof value !== 'boolean') throw this.fault(name, value, 'true or false');
    return value;
  }

  /** One of a few words. */
  choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    const value = this.take(name, otherwise);
    if (!choices.includes(value as C)) throw this.fault(name, value, this.alternatives(choices));
    return value as C;
  }

  /** A list of at least one object. */
  objects(name: string): readonly Readonly<Record<string, unknown>>[] {
    const value = this.take(name, undefined);
    if (!Array.isArray(value) || value.length === 0)
      throw this.fault(name, value, 'a list of at least one object');
    for (const [i, item] of value.entries())
      if (!isObject(item)) throw this.fault(`${name}.${i}`, item, 'a JSON object');
    return value;
  }

  /** A reader for the object under `name`; an empty one where it is absent. */
  section(name: string): FieldReader {
    return new FieldReader(this.#pathOf(name), this.take(name, {}));
  }

  /** Tells whether the field is given. */
  has(name: string): boolean {
    return this.#left.has(name);
  }

  /** Refuses fields that were not read. `owner`: the thing that has the fields that were. */
  end(owner = 'a recipe'): void {
    const extra = this.unread();
    if (extra === undefined) return;
    const known = this.#known.filter((name) => name !== 'kind').join(', ') || 'none';
    throw new Error(`${this.#pathOf(extra)} is no field of ${owner}, which has ${known}`);
  }

  /** The value of a field, or `otherwise` where it is absent, whatever its type; the field counts as read. */
  protected take(name: string, otherwise: unknown): unknown {
    this.#known.push(name);
    const value = this.#left.has(name) ? this.#left.get(name) : otherwise;
    this.#left.delete(name);
    return value;
  }

  /** The first field that was not read. */
  protected unread(): string | undefined {
    return this.#left.keys().next().value;
  }

  /** The words for `choices` in a fault. */
  protected alternatives(choices: readonly string[]): string {
    return `one of ${choices.join(', ')}`;
  }

  #pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  /** The error for a field of the wrong type or size, or a missing one. */
  protected fault(name: string, value: unknown, expected: string): Error {
    return new Error(`${this.#pathOf(name)} ${isShown(value)}; ${expected} was expected`);
  }
}
