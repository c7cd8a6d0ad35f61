/** Raw bytes → normalised f32 pixels as an IDX stream holds them (big-endian), and back: the two inner loops of fmnist-norm. */

import { denormalize, type Normalization, normalize, wholePixels } from '../idx/normalization.js';
import { encodeValues, littleEndian } from '../idx/types.js';

/** Writes the normalised pixels of whole images into `out` (4 bytes a pixel); the arithmetic is `normalize`'s, to the last bit. */
export type NormalEncoder = (raw: Uint8Array, out: Uint32Array) => void;

/** An encoder for images of `pixels` pixels. */
export function normalEncoder(normalization: Normalization, pixels: number): NormalEncoder {
  return normalization.mean.length === 1
    ? tableEncoder(normalization)
    : pixelEncoder(normalization, pixels);
}

/** One normalisation for all pixels: there are only 256 results, kept as they will stand in the stream. */
function tableEncoder(normalization: Normalization): NormalEncoder {
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  const table = bigEndianWords(normalize(all, normalization, 1));
  return (raw, out) => {
    const words = raw.length >> 2;
    // Four bytes a read; the views of a stream's chunks begin anywhere, so they are moved to where words begin.
    const aligned = raw.byteOffset % 4 === 0 ? raw : new Uint8Array(raw);
    const four = new Uint32Array(aligned.buffer, aligned.byteOffset, words);
    const [a, b, c, d] = littleEndian ? [0, 8, 16, 24] : [24, 16, 8, 0];
    for (let i = 0; i < words; i++) {
      const word = four[i]!;
      out[4 * i] = table[(word >>> (a as number)) & 255]!;
      out[4 * i + 1] = table[(word >>> (b as number)) & 255]!;
      out[4 * i + 2] = table[(word >>> (c as number)) & 255]!;
      out[4 * i + 3] = table[(word >>> (d as number)) & 255]!;
    }
    for (let i = 4 * words; i < raw.length; i++) out[i] = table[raw[i]!]!;
  };
}

function pixelEncoder(normalization: Normalization, pixels: number): NormalEncoder {
  const mean = Float64Array.from(normalization.mean);
  const deviation = Float64Array.from(normalization.deviation);
  return (raw, out) => {
    const values = new Float32Array(out.buffer, out.byteOffset, raw.length);
    for (let start = 0; start < raw.length; start += pixels) {
      for (let p = 0; p < pixels; p++) {
        values[start + p] = (raw[start + p]! - mean[p]!) / deviation[p]!;
      }
    }
    if (littleEndian) Buffer.from(values.buffer, values.byteOffset, values.byteLength).swap32();
  };
}

function bigEndianWords(values: Float32Array): Uint32Array {
  return new Uint32Array(new Uint8Array(encodeValues(values)).buffer);
}

/**
 * Normalised pixels → the raw bytes they were made of.
 * Where `wholePixels` finds none, throws a RangeError that names image (counted from `first`), pixel and value.
 */
export function rawBytes(
  normalized: Float32Array,
  normalization: Normalization,
  pixels: number,
  first: number,
): Uint8Array {
  const values = denormalize(normalized, normalization, pixels);
  const bytes = wholePixels(values);
  if (bytes) return bytes;
  const at = values.findIndex((_, i) => !wholePixels(values.subarray(i, i + 1)));
  const value = Number(values[at]!.toPrecision(6));
  throw new RangeError(
    `image ${first + Math.floor(at / pixels)}: pixel ${at % pixels} is ${value} in raw units; a whole number from 0 to 255 was expected (the pixels were changed after they were normalised)`,
  );
}
