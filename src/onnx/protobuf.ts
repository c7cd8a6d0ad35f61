/** Protobuf wire format (https://protobuf.dev/programming-guides/encoding/): the part that ONNX files use. */

/** Writer of a message: appends fields in the order of the calls, so that the same calls give the same bytes. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A whole number up to 2^53, as a varint field; negative ones take ten bytes, as int64 does. */
  integer(field: number, value: number): this {
    this.#push(varint(field * 8));
    return this.#push(varint(value));
  }

  /** A 32-bit float field. */
  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.#push(varint(field * 8 + 5));
    return this.#push(bytes);
  }

  /** A length-delimited field: bytes, text, or a message. */
  bytes(field: number, value: Uint8Array | string | ProtobufWriter): this {
    const content =
      typeof value === 'string'
        ? Buffer.from(value)
        : value instanceof ProtobufWriter
          ? value.finish()
          : value;
    this.#push(varint(field * 8 + 2));
    this.#push(varint(content.length));
    return this.#push(content);
  }

  /** Fields that are encoded already: `raw` of a field that is read, or whole messages to be merged into this one. */
  encoded(fields: Uint8Array): this {
    return this.#push(fields);
  }

  /** The message. [bytes] */
  finish(): Uint8Array {
    return Buffer.concat(this.#parts, this.#length);
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A field of a message. */
export interface ProtobufField {
  readonly field: number;
  /** Value of a varint or 32-bit float; 0 for other fields. */
  readonly value: number;
  /** Contents of a length-delimited field, as a view of the message; undefined for other fields. [bytes] */
  readonly bytes: Uint8Array | undefined;
  /** The field as it is encoded, tag and all, as a view of the message. [bytes] */
  readonly raw: Uint8Array;
}

/** Iterates over the fields of a message, in file order. Throws a RangeError where the bytes are no protobuf message. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const reader = new WireReader(message);
  while (!reader.atEnd()) {
    const start = reader.at;
    const tag = reader.varint();
    const field = Math.floor(tag / 8);
    if (field < 1 || field >= 2 ** 29) throw new RangeError(`${field} is no field number`);
    const { value = 0, bytes } = content(reader, tag % 8);
    yield { field, value, bytes, raw: message.subarray(start, reader.at) };
  }
}

/** What stands behind a tag: neither value nor bytes for a 64-bit field, which none of our readers wants. */
function content(
  reader: WireReader,
  wireType: number,
): { readonly value?: number; readonly bytes?: Uint8Array } {
  switch (wireType) {
    case 0:
      return { value: reader.varint() };
    case 1:
      reader.take(8);
      return {};
    case 2:
      return { bytes: reader.take(reader.varint()) };
    case 5:
      return { value: reader.float() };
    default:
      throw new RangeError(`wire type ${wireType} is not known`);
  }
}

/** The message, or text, in a field. Throws a RangeError for a field that holds a number. */
export function messageIn({ bytes }: Pick<ProtobufField, 'bytes'>): Uint8Array {
  if (!bytes) throw new RangeError('a number stands where a message was expected');
  return bytes;
}

/** The text in a field, as UTF-8. */
export function textIn(field: Pick<ProtobufField, 'bytes'>): string {
  return Buffer.from(messageIn(field)).toString('utf8');
}

/** Whole numbers of a repeated field, packed or one by one: writers do either. */
export function wholeNumbers({ value, bytes }: Pick<ProtobufField, 'value' | 'bytes'>): number[] {
  if (!bytes) return [value];
  const reader = new WireReader(bytes);
  const values: number[] = [];
  while (!reader.atEnd()) values.push(reader.varint());
  return values;
}

class WireReader {
  #at = 0;
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get at(): number {
    return this.#at;
  }

  atEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.bytes.length - this.#at))
      throw new RangeError('a field reaches past the end');
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  float(): number {
    this.take(4);
    return this.#view.getFloat32(this.#at - 4, true);
  }

  /** A signed 64-bit number; exact up to 2^53. */
  varint(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = this.take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError('a varint is longer than ten bytes');
  }
}
