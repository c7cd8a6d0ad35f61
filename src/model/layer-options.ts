/** Options of one layer of a model spec, read field by field with types and bounds. */

import { FieldReader } from '../core/field-reader.js';
import { isShown } from '../core/json.js';

/** A field reader whose faults name the layer first: `model.layers.0 (conv): 'filters' is missing; …`. */
export class LayerOptions extends FieldReader {
  /** A whole number from 1; `otherwise` where it is absent and optional. */
  count(name: string, otherwise?: number): number {
    return this.number(name, { integer: true, min: 1 }, otherwise);
  }

  /** A number from `min` up to, but not including, `limit`. */
  numberBelow(name: string, min: number, limit: number, otherwise?: number): number {
    const value = this.take(name, otherwise);
    if (typeof value !== 'number' || !(value >= min && value < limit))
      throw this.fault(name, value, `a number from ${min} to below ${limit}`);
    return value;
  }

  /** The value as it stands, for a list of layers. */
  raw(name: string): unknown {
    return this.take(name, undefined);
  }

  /** Refuses options that were not read. */
  override end(): void {
    const extra = this.unread();
    if (extra !== undefined)
      throw new Error(`${this.path}: '${extra}' is no option of this kind of layer`);
  }

  protected override alternatives(choices: readonly string[]): string {
    return choices.join(' or ');
  }

  protected override fault(name: string, value: unknown, expected: string): Error {
    return new Error(`${this.path}: '${name}' ${isShown(value)}; ${expected} was expected`);
  }
}
