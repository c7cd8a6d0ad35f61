/** Readers of the fields of parsed JSON, one by one, with types and bounds; errors name the field and what was expected. */

import { isObject } from './json.js';
import { describeBounds, type NumberBounds } from './numbers.js';

/** Fields of a JSON object, each taken once; what is left over at the end is an error. */
export class FieldSource {
  readonly #left: Map<string, unknown>;
  readonly #known: string[] = [];

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#left = new Map(Object.entries(fields));
  }

  /** Names that were taken so far. */
  protected get known(): readonly string[] {
    return this.#known;
  }

  /** Whether the field is given, and not taken yet. */
  has(name: string): boolean {
    return this.#left.has(name);
  }

  protected take(name: string, otherwise: unknown): unknown {
    this.#known.push(name);
    const value = this.#left.has(name) ? this.#left.get(name) : otherwise;
    this.#left.delete(name);
    return value;
  }

  /** The first field that nothing has taken. */
  protected leftOver(): string | undefined {
    return this.#left.keys().next().value;
  }

  protected takeFlag(name: string, otherwise: boolean | undefined): boolean {
    const value = this.take(name, otherwise);
    if (typeof value !== 'boolean') throw this.fault(name, value, 'true or false');
    return value;
  }

  protected takeChoice<C extends string>(
    name: string,
    choices: readonly C[],
    otherwise: C | undefined,
    expected: string,
  ): C {
    const value = this.take(name, otherwise);
    if (!choices.includes(value as C)) throw this.fault(name, value, expected);
    return value as C;
  }

  /** Error about a field: what it is, and what was expected. */
  protected fault(name: string, value: unknown, expected: string): Error {
    const found = value === undefined ? 'is missing' : `is ${shown(value)}`;
    return new Error(`${this.nameOf(name)} ${found}; ${expected} was expected`);
  }

  /** Name of a field in messages. */
  protected nameOf(name: string): string {
    return name;
  }
}

/** Reader of a section of a recipe or of rules; errors name the field by its path. */
export class FieldReader extends FieldSource {
  /** `path` is '' at the top, `optimizer` and so on below. Throws an Error where `json` is no object. */
  constructor(
    readonly path: string,
    json: unknown,
  ) {
    if (!isObject(json))
      throw new Error(`${path || 'the recipe'} is ${shown(json)}; a JSON object was expected`);
    super(json);
  }

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

  /** Text on one line. */
  text(name: string, otherwise?: string): string {
    const value = this.take(name, otherwise);
    if (typeof value !== 'string' || /\p{Cc}/u.test(value))
      throw this.fault(name, value, 'text on one line');
    return value;
  }

  flag(name: string, otherwise?: boolean): boolean {
    return this.takeFlag(name, otherwise);
  }

  choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    return this.takeChoice(name, choices, otherwise, `one of ${choices.join(', ')}`);
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
    return new FieldReader(this.nameOf(name), this.take(name, {}));
  }

  /** Refuses fields that were not read. owner: what has the fields that were. */
  end(owner = 'a recipe'): void {
    const extra = this.leftOver();
    if (extra === undefined) return;
    const known = this.known.filter((name) => name !== 'kind').join(', ') || 'none';
    throw new Error(`${this.nameOf(extra)} is no field of ${owner}, which has ${known}`);
  }

  protected override nameOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }
}

/** A value in a message: its JSON, or the beginning of it. Infinities have no JSON. */
function shown(value: unknown): string {
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing');
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}
