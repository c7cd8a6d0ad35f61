/** NumPy's .npy files (NEP 1): magic, version, a header in Python's notation, values. */

import { OperationalError } from '../core/errors.js';
import { type NumericArray, rowMajor } from './numeric-array.js';

const magic = Buffer.from('\x93NUMPY', 'latin1');

type Values =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Decodes a whole file. OperationalError, which begins with `where`, for what is no array of numbers. */
export function decodeNpy(bytes: Buffer, where: string): NumericArray {
  const refuse = (problem: string): never => {
    throw new OperationalError(where, problem);
  };
  if (!bytes.subarray(0, 6).equals(magic)) refuse('is no .npy file; a NumPy array was expected');
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) refuse(`is .npy of version ${version}; 1, 2 or 3 was expected`);
  const long = version > 1;
  const start = long ? 12 : 10;
  if (bytes.length < start) refuse('is cut short in its header');
  const length = long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const end = start + length;
  if (bytes.length < end) refuse('is cut short in its header');
  const header = bytes.toString('latin1', start, end);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (sizes === undefined || fortran === undefined)
    return refuse(
      `has the header ${header.trim().slice(0, 80)}; descr, fortran_order and shape were expected`,
    );
  if (descr === undefined)
    return refuse('is a table of named fields; one array of numbers was expected');
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const values = decodeValues(bytes.subarray(end), descr, count, where);
  return { shape, values: fortran === 'True' ? rowMajor(values, shape) : values };
}

const readers: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  u1: (view, at) => view.getUint8(at),
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f2: (view, at, little) => half(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** Float16 (IEEE 754 binary16). */
export function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function decodeValues(bytes: Buffer, descr: string, count: number, where: string): Values {
  const [, order = '', kind = ''] = /^([<>|=]?)([a-z]\d+)$/.exec(descr) ?? [];
  const read = readers[kind];
  if (!read)
    throw new OperationalError(
      where,
      `holds values of type '${descr}'; whole numbers or floats were expected${descr.includes('O') ? ' (Python objects are not read)' : ''}`,
    );
  const size = Number(kind.slice(1));
  if (bytes.length < count * size)
    throw new OperationalError(
      where,
      `is cut short: ${count * size} bytes of values were expected, ${bytes.length} are there`,
    );
  if (kind === 'u1' || kind === 'b1') return new Uint8Array(bytes.subarray(0, count));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = kind === 'f4' || size < 4 ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i * size, order !== '>');
  return values;
}
