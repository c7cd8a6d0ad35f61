/** Datatypes of the Open Inference Protocol, and how their elements stand in binary data: little-endian, row by row. */

export interface Datatype {
  /** Bytes of an element; 0 where each says its own length. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
}

/** Those that pixels may have. (BYTES, which are pictures, are read elsewhere.) */
export const datatypes: Readonly<Record<string, Datatype>> = {
  UINT8: { size: 1, read: (view, at) => view.getUint8(at) },
  INT8: { size: 1, read: (view, at) => view.getInt8(at) },
  UINT16: { size: 2, read: (view, at) => view.getUint16(at, true) },
  INT16: { size: 2, read: (view, at) => view.getInt16(at, true) },
  UINT32: { size: 4, read: (view, at) => view.getUint32(at, true) },
  INT32: { size: 4, read: (view, at) => view.getInt32(at, true) },
  UINT64: { size: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  INT64: { size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  FP16: { size: 2, read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { size: 2, read: (view, at) => brain(view.getUint16(at, true)) },
  FP32: { size: 4, read: (view, at) => view.getFloat32(at, true) },
  FP64: { size: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** IEEE 754 binary16 → number: 1 bit of sign, 5 of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 → number: the upper half of a float32. */
function brain(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** Elements of BYTES: each a length (uint32) and that many bytes. Undefined where they do not fill the data exactly. */
export function splitByteStrings(data: Buffer): Buffer[] | undefined {
  const elements: Buffer[] = [];
  let at = 0;
  while (at + 4 <= data.length) {
    const end = at + 4 + data.readUInt32LE(at);
    if (end > data.length) return undefined;
    elements.push(data.subarray(at + 4, end));
    at = end;
  }
  return at === data.length ? elements : undefined;
}

/** Elements → BYTES data. */
export function joinByteStrings(elements: readonly string[]): Buffer {
  return Buffer.concat(
    elements.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}
