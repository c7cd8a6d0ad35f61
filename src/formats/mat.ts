/**
 * MATLAB files of level 5 (MAT-File Format, MathWorks): tagged elements, compressed by zlib or not; numeric arrays and
 * structures of them.
 */

import { inflateSync } from 'node:zlib';
import { OperationalError } from '../core/errors.js';
import { type NumericArray, rowMajor } from './numeric-array.js';

/** Data types of an element. */
const int8 = 1;
const matrix = 14;
const compressed = 15;
/** Bytes of an array in memory, at most: what damaged sizes may ask for. */
const mostBytes = 2 ** 32;

type Read = (view: DataView, at: number, little: boolean) => number;
const numbers: Readonly<Record<number, { readonly size: number; readonly read: Read }>> = {
  1: { size: 1, read: (view, at) => view.getInt8(at) },
  2: { size: 1, read: (view, at) => view.getUint8(at) },
  3: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  4: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  5: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  6: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  7: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  9: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
  12: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  13: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};

interface Element {
  readonly type: number;
  readonly data: Buffer;
  /** Offset behind it. */
  readonly end: number;
}

/** Numeric arrays of a file by name; those in structures as `dataset.train.images`. OperationalError where it is damaged. */
export function decodeMat(bytes: Buffer, source: string): Map<string, NumericArray> {
  const order = bytes.toString('latin1', 126, 128);
  if (bytes.length < 128 || (order !== 'IM' && order !== 'MI'))
    throw new OperationalError(source, 'is no MATLAB file of level 5');
  const arrays = new Map<string, NumericArray>();
  const decoder = new Decoder(order === 'IM', arrays);
  try {
    for (let at = 128; at < bytes.length; ) {
      const element = decoder.element(bytes, at);
      decoder.top(element);
      at = element.end;
    }
  } catch (error) {
    throw new OperationalError(source, `is damaged (${(error as Error).message})`, {
      cause: error,
    });
  }
  return arrays;
}

class Decoder {
  constructor(
    readonly little: boolean,
    readonly arrays: Map<string, NumericArray>,
  ) {}

  #word(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** An element; of up to four bytes in a tag of its own kind, and otherwise followed by padding to eight bytes. */
  element(bytes: Buffer, at: number): Element {
    const first = this.#word(bytes, at);
    if (first >>> 16 !== 0) {
      const size = first >>> 16;
      if (size > 4) throw new RangeError(`a small element of ${size} bytes`);
      return { type: first & 0xffff, data: bytes.subarray(at + 4, at + 4 + size), end: at + 8 };
    }
    const size = this.#word(bytes, at + 4);
    const end = at + 8 + size;
    if (end > bytes.length) throw new RangeError(`an element reaches past the end, to byte ${end}`);
    const padding = first === compressed ? 0 : (8 - (size % 8)) % 8;
    return { type: first, data: bytes.subarray(at + 8, end), end: end + padding };
  }

  /** A variable of the file. */
  top({ type, data }: Element): void {
    if (type === compressed) {
      this.top(this.element(inflateSync(data, { maxOutputLength: mostBytes }), 0));
      return;
    }
    if (type === matrix) this.#matrix(data, '');
  }

  #parts(data: Buffer): Element[] {
    const parts: Element[] = [];
    for (let at = 0; at < data.length; at = parts.at(-1)!.end) parts.push(this.element(data, at));
    return parts;
  }

  /** Flags, dimensions, name, contents. */
  #matrix(data: Buffer, path: string): void {
    const [flags, dimensions, name, ...contents] = this.#parts(data);
    if (!flags || !dimensions || !name) return;
    const kind = this.#word(flags.data, 0) & 0xff;
    const shape = Array.from({ length: dimensions.data.length / 4 }, (_, i) =>
      this.#word(dimensions.data, 4 * i),
    );
    const own = [path, name.data.toString('latin1')].filter(Boolean).join('.');
    const isStructure = kind === 2;
    const isNumeric = kind >= 6 && kind <= 15;
    if (isStructure && shape.every((size) => size === 1)) this.#structure(contents, own);
    else if (isNumeric && contents[0]) this.arrays.set(own, this.#array(contents[0], shape));
  }

  /** Length of a field's name, the names, then a matrix for each. */
  #structure([length, names, ...fields]: readonly Element[], path: string): void {
    if (!length || names?.type !== int8) return;
    const width = this.#word(length.data, 0);
    for (const [i, field] of fields.entries()) {
      const [name = ''] = names.data.toString('latin1', i * width, (i + 1) * width).split('\0');
      if (field.type === matrix && field.data.length > 0)
        this.#matrix(field.data, `${path}.${name}`);
    }
  }

  #array({ type, data }: Element, shape: readonly number[]): NumericArray {
    const number = numbers[type];
    if (!number) throw new RangeError(`an array of type ${type}`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (data.length !== count * number.size)
      throw new RangeError(`${shape.join(' × ')} values in ${data.length} bytes`);
    if (type === 2) return { shape, values: rowMajor(new Uint8Array(data), shape) };
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const values = Float64Array.from({ length: count }, (_, i) =>
      number.read(view, i * number.size, this.little),
    );
    return { shape, values: rowMajor(values, shape) };
  }
}
