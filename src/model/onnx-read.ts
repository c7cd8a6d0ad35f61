/** Reads back what our own programs need of an ONNX file: metadata and float weights. */

import { protobufFields } from './protobuf.js';

export interface OnnxContents {
  readonly metadata: ReadonlyMap<string, string>;
  /** Float initialisers by name. */
  readonly weights: ReadonlyMap<string, OnnxWeights>;
}

export interface OnnxWeights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** Decodes a model. Throws a RangeError where the bytes are no protobuf message; a foreign model merely has other contents. */
export function decodeOnnx(model: Uint8Array): OnnxContents {
  const metadata = new Map<string, string>();
  const weights = new Map<string, OnnxWeights>();
  for (const { field, bytes } of protobufFields(model)) {
    if (field === 14) {
      const [key, value] = decodeEntry(bytes);
      metadata.set(key, value);
    }
    if (field === 7) {
      for (const part of protobufFields(bytes)) {
        if (part.field === 5) decodeTensor(part.bytes, weights);
      }
    }
  }
  return { metadata, weights };
}

function decodeEntry(entry: Uint8Array): [string, string] {
  const parts: [string, string] = ['', ''];
  for (const { field, bytes } of protobufFields(entry)) {
    if (field === 1) parts[0] = text(bytes);
    if (field === 2) parts[1] = text(bytes);
  }
  return parts;
}

function decodeTensor(tensor: Uint8Array, weights: Map<string, OnnxWeights>): void {
  const shape: number[] = [];
  let type = 0;
  let name = '';
  let raw: Uint8Array | undefined;
  for (const { field, value, bytes } of protobufFields(tensor)) {
    if (field === 1) shape.push(value);
    if (field === 2) type = value;
    if (field === 8) name = text(bytes);
    if (field === 9) raw = bytes;
  }
  if (type !== 1 || !raw) return;
  const count = shape.reduce((product, size) => product * size, 1);
  if (raw.length !== 4 * count)
    throw new RangeError(
      `weights '${name}' hold ${raw.length} bytes where ${4 * count} were expected`,
    );
  const buffer = Buffer.from(raw);
  const values = Float32Array.from({ length: count }, (_, i) => buffer.readFloatLE(4 * i));
  weights.set(name, { shape, values });
}
