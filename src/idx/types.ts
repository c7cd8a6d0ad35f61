/** The six value types of the IDX format, after the original MNIST page (http://yann.lecun.com/exdb/mnist/). */

export interface IdxType {
  readonly name: 'u8' | 'i8' | 'i16' | 'i32' | 'f32' | 'f64';
  /** The third byte of the magic number. */
  readonly code: number;
  /** Bytes a value. */
  readonly size: 1 | 2 | 4 | 8;
}

export type IdxTypeName = IdxType['name'];
export type IdxArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

export const idxTypes: Readonly<Record<IdxTypeName, IdxType>> = {
  u8: { name: 'u8', code: 0x08, size: 1 },
  i8: { name: 'i8', code: 0x09, size: 1 },
  i16: { name: 'i16', code: 0x0b, size: 2 },
  i32: { name: 'i32', code: 0x0c, size: 4 },
  f32: { name: 'f32', code: 0x0d, size: 4 },
  f64: { name: 'f64', code: 0x0e, size: 8 },
};

/** The type of a code, or undefined for a byte that is none of the six. */
export function typeOfCode(code: number): IdxType | undefined {
  return Object.values(idxTypes).find((type) => type.code === code);
}

/** True on little-endian machines. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Big-endian bytes → values in this machine's order.
 * u8 and i8 are views on `bytes`; wider types are copied. `bytes` must hold whole values.
 */
export function decodeValues(type: IdxTypeName, bytes: Buffer): IdxArray {
  if (type === 'u8') return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === 'i8') return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const own = bigEndian(type, Buffer.from(new Uint8Array(bytes).buffer));
  const count = own.length / idxTypes[type].size;
  switch (type) {
    case 'i16':
      return new Int16Array(own.buffer, 0, count);
    case 'i32':
      return new Int32Array(own.buffer, 0, count);
    case 'f32':
      return new Float32Array(own.buffer, 0, count);
    case 'f64':
      return new Float64Array(own.buffer, 0, count);
  }
}

/** Values → big-endian bytes. One-byte types are a view on `values`; wider types are copied. */
export function encodeValues(values: IdxArray): Buffer {
  const view = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return values.BYTES_PER_ELEMENT === 1 ? view : bigEndian(typeOfArray(values), Buffer.from(view));
}

/** The IDX type that holds an array's values. */
export function typeOfArray(values: IdxArray): IdxTypeName {
  if (values instanceof Uint8Array) return 'u8';
  if (values instanceof Int8Array) return 'i8';
  if (values instanceof Int16Array) return 'i16';
  if (values instanceof Int32Array) return 'i32';
  return values instanceof Float32Array ? 'f32' : 'f64';
}

/** Swaps in place between this machine's order and big-endian; its own inverse. */
function bigEndian(type: IdxTypeName, bytes: Buffer): Buffer {
  if (!littleEndian) return bytes;
  const { size } = idxTypes[type];
  if (size === 2) return bytes.swap16();
  if (size === 4) return bytes.swap32();
  return size === 8 ? bytes.swap64() : bytes;
}
