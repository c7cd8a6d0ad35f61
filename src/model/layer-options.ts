/** Options of one layer of a model spec, read field by field with types and bounds. */

/** The options of one layer as the spec has them, read one by one; what is left over is an error. */
export class LayerOptions {
  readonly #left: Map<string, unknown>;

  constructor(
    readonly where: string,
    options: Readonly<Record<string, unknown>>,
  ) {
    this.#left = new Map(Object.entries(options));
  }

  /** A whole number from 1; `otherwise` where it is absent and optional. */
  count(name: string, otherwise?: number): number {
    const value = this.#take(name, otherwise);
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw this.#fault(name, value, 'a whole number of at least 1');
    return value as number;
  }

  /** A number from `min` up to, but not including, `limit`. */
  number(name: string, min: number, limit: number, otherwise?: number): number {
    const value = this.#take(name, otherwise);
    if (typeof value !== 'number' || !(value >= min && value < limit))
      throw this.#fault(name, value, `a number from ${min} to below ${limit}`);
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.#take(name, otherwise);
    if (typeof value !== 'boolean') throw this.#fault(name, value, 'true or false');
    return value;
  }

  /** The value as it stands, for what is read elsewhere: a list of layers. */
  raw(name: string): unknown {
    return this.#take(name, undefined);
  }

  choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    const value = this.#take(name, otherwise);
    if (!choices.includes(value as C)) throw this.#fault(name, value, choices.join(' or '));
    return value as C;
  }

  /** Refuses options that nobody asked for. */
  end(): void {
    const [extra] = this.#left.keys();
    if (extra !== undefined)
      throw new Error(`${this.where}: '${extra}' is no option of this kind of layer`);
  }

  #take(name: string, otherwise: unknown): unknown {
    const value = this.#left.has(name) ? this.#left.get(name) : otherwise;
    this.#left.delete(name);
    return value;
  }

  #fault(name: string, value: unknown, expected: string): Error {
    const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    return new Error(`${this.where}: '${name}' ${found}; ${expected} was expected`);
  }
}
