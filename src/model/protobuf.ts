/** The protobuf wire format (https://protobuf.dev/programming-guides/encoding/), as much of it as ONNX files use. */

/** Appends fields in the order they are called: the same calls give the same bytes. */
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

export interface ProtobufField {
  readonly field: number;
  /** For varints and 32-bit floats. */
  readonly value: number;
  /** For length-delimited fields; a view on the message's bytes. */
  readonly bytes: Uint8Array;
}

const none = new Uint8Array(0);

/** The fields of a message, in file order. Throws a RangeError where the bytes are no protobuf message. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  let at = 0;
  const readVarint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError('a varint is longer than ten bytes');
  };
  while (at < message.length) {
    const tag = readVarint();
    const field = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { field, value: readVarint(), bytes: none };
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = readVarint();
        if (length < 0 || at + length > message.length)
          throw new RangeError('a field reaches past the end');
        yield { field, value: 0, bytes: message.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        yield { field, value: view.getFloat32(at, true), bytes: none };
        at += 4;
        break;
      default:
        throw new RangeError(`wire type ${tag & 7} is not known`);
    }
  }
}
