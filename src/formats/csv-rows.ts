/** Rows of CSV into blocks of images: the plain ones byte by byte, the others field by field. */

import { OperationalError } from '../core/errors.js';
import { shown } from '../core/json.js';
import type { BlockBuilder } from './block-builder.js';
import type { ClassNames } from './class-names.js';
import { type CsvLayout, ignoredRole, labelRole } from './csv-layout.js';
import type { Line } from './lines.js';

/** One line → its fields; undefined for a blank line. */
export type ParseRow = (text: string, line: number) => string[] | undefined;

export class RowReader {
  constructor(
    readonly layout: CsvLayout,
    readonly delimiter: number,
    readonly source: string,
    readonly parseRow: ParseRow,
    readonly classNames: ClassNames,
  ) {}

  /** Adds the image of a line to the block; a blank line adds none. */
  read({ bytes, line }: Line, block: BlockBuilder): void {
    if (this.#scan(bytes, block)) this.classNames.numbers ||= this.layout.labelled;
    else {
      const fields = this.parseRow(bytes.toString('utf8'), line);
      if (!fields) return;
      this.#take(fields, line, block);
    }
    block.count++;
  }

  /** The plain case. Returns false, having perhaps written some pixels, where a row needs more than this. */
  #scan(bytes: Buffer, { pixels, labels, offset, count }: BlockBuilder): boolean {
    const { roles } = this.layout;
    const { delimiter } = this;
    let column = 0;
    let value = -1;
    for (let i = 0; i <= bytes.length; i++) {
      const byte = i < bytes.length ? bytes[i]! : delimiter;
      if (byte >= 0x30 && byte <= 0x39) {
        value = (value < 0 ? 0 : value * 10) + byte - 0x30;
      } else if (byte === delimiter && value >= 0 && column < roles.length) {
        const role = roles[column++]!;
        if (role !== ignoredRole) {
          if (value > 255) return false;
          if (role === labelRole) labels[count] = value;
          else pixels[offset + role] = value;
        }
        value = -1;
      } else return false;
    }
    return column === roles.length;
  }

  /** The general case, which finds every fault. */
  #take(fields: readonly string[], line: number, block: BlockBuilder): void {
    const { roles, names } = this.layout;
    if (fields.length !== roles.length)
      throw new OperationalError(
        `${this.source}: line ${line}`,
        `has ${fields.length} columns; ${roles.length} were expected`,
      );
    for (const [column, field] of fields.entries()) {
      const role = roles[column]!;
      if (role === ignoredRole) continue;
      const value = /^\d+(\.0*)?$/.test(field) ? Number(field) : Number.NaN;
      if (role === labelRole && field !== '' && Number.isNaN(Number(field))) {
        const where = `${this.source}: line ${line}, column ${column + 1}`;
        block.labels[block.count] = this.classNames.labelOf(field, where);
        continue;
      }
      if (!(value <= 255)) {
        const name = names?.[column] ?? (role === labelRole ? 'label' : `pixel ${role + 1}`);
        throw new OperationalError(
          `${this.source}: line ${line}, column ${column + 1} (${name})`,
          `${shown(field)} is not a whole number from 0 to 255`,
        );
      }
      if (role === labelRole) {
        block.labels[block.count] = value;
        this.classNames.numbers = true;
      } else block.pixels[block.offset + role] = value;
    }
  }
}
