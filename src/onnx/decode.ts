/** Decoder of ONNX files: metadata and float initialisers, all that our own programs need. */

import { endianness } from 'node:os';
import { messageIn, protobufFields, textIn, wholeNumbers } from './protobuf.js';

/** Decoded contents of an ONNX file. */
export interface OnnxContents {
  /** `metadata_props` by key. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Float initialisers by name. */
  readonly weights: ReadonlyMap<string, OnnxWeights>;
}

/** A float tensor. */
export interface OnnxWeights {
  readonly shape: readonly number[];
  /** [...shape], row-major. */
  readonly values: Float32Array;
}

/** Decodes a model. model: [bytes] of a file. Throws a RangeError where they are no protobuf message, or a tensor is not as long as its shape. */
export function decodeOnnx(model: Uint8Array): OnnxContents {
  const metadata = new Map<string, string>();
  const weights = new Map<string, OnnxWeights>();
  for (const part of protobufFields(model)) {
    if (part.field === 14) metadata.set(...decodeEntry(messageIn(part)));
    if (part.field === 7) {
      for (const inner of protobufFields(messageIn(part)))
        if (inner.field === 5) decodeTensor(messageIn(inner), weights);
    }
  }
  return { metadata, weights };
}

/** Decodes a StringStringEntryProto. */
export function decodeEntry(entry: Uint8Array): [string, string] {
  const parts: [string, string] = ['', ''];
  for (const part of protobufFields(entry)) {
    if (part.field === 1) parts[0] = textIn(part);
    if (part.field === 2) parts[1] = textIn(part);
  }
  return parts;
}

/** Decodes a tensor. Floats are raw bytes, or (other writers) in a field of their own, packed or one by one. */
function decodeTensor(tensor: Uint8Array, weights: Map<string, OnnxWeights>): void {
  const shape: number[] = [];
  let type = 0;
  let name = '';
  const parts: Uint8Array[] = [];
  for (const part of protobufFields(tensor)) {
    const { field, value, bytes } = part;
    if (field === 1) shape.push(...wholeNumbers(part));
    if (field === 2) type = value;
    if (field === 4) parts.push(bytes ?? Buffer.from(Float32Array.of(value).buffer));
    if (field === 8) name = textIn(part);
    if (field === 9) parts.push(messageIn(part));
  }
  if (type !== 1 || parts.length === 0) return;
  const raw = Buffer.concat(parts);
  const count = shape.reduce((product, size) => product * size, 1);
  if (raw.length !== 4 * count)
    throw new RangeError(
      `weights '${name}' hold ${raw.length} bytes where ${4 * count} were expected`,
    );
  weights.set(name, { shape, values: littleEndianFloats(raw) });
}

function littleEndianFloats(bytes: Buffer): Float32Array {
  const own = Buffer.from(new Uint8Array(bytes).buffer);
  if (endianness() === 'BE') own.swap32();
  return new Float32Array(own.buffer);
}
