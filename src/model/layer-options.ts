/** Options of one layer of a model spec, read field by field with types and bounds. */

import { FieldSource } from '../core/field-reader.js';

/** Options of one layer; `end` refuses what was not read. */
export class LayerOptions extends FieldSource {
  /** where: the layer in messages, such as `layer 1 (conv)`. */
  constructor(
    readonly where: string,
    options: Readonly<Record<string, unknown>>,
  ) {
    super(options);
  }

  /** A whole number from 1; `otherwise` where it is absent and optional. */
  count(name: string, otherwise?: number): number {
    const value = this.take(name, otherwise);
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw this.fault(name, value, 'a whole number of at least 1');
    return value as number;
  }

  /** A number from `min` up to, but not including, `limit`. */
  number(name: string, min: number, limit: number, otherwise?: number): number {
    const value = this.take(name, otherwise);
    if (typeof value !== 'number' || !(value >= min && value < limit))
      throw this.fault(name, value, `a number from ${min} to below ${limit}`);
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.takeFlag(name, otherwise);
  }

  choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    return this.takeChoice(name, choices, otherwise, choices.join(' or '));
  }

  /** The value as it stands, for what is read elsewhere: a list of layers. */
  raw(name: string): unknown {
    return this.take(name, undefined);
  }

  /** Refuses options that were not read. */
  end(): void {
    const extra = this.leftOver();
    if (extra !== undefined)
      throw new Error(`${this.where}: '${extra}' is no option of this kind of layer`);
  }

  protected override nameOf(name: string): string {
    return `${this.where}: '${name}'`;
  }
}
