/**
 * The plainest kinds of PNG, 8 bits a sample without interlacing, grey or of grey colours, decoded here: for images of a few hundred pixels,
 * a library spends ten times as long on setting itself up (PNG specification: https://www.w3.org/TR/png-3/).
 */

import { crc32, inflateSync } from 'node:zlib';
import type { Picture } from './picture.js';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Bytes a pixel, by colour type: grey, RGB, RGBA. */
const depths: Readonly<Record<number, number>> = { 0: 1, 2: 3, 6: 4 };
/** Chunks beside the image data that leave the pixels what they are. */
const harmless = ['pHYs', 'tEXt', 'zTXt', 'iTXt', 'tIME', 'sRGB', 'sBIT', 'bKGD', 'hIST'];

/** Decodes a plain grey PNG, or one of colours that are all grey and opaque; undefined for anything else, sound or not, which a library then has to look at. */
export function decodeGreyPng(bytes: Buffer): Picture | undefined {
  if (!bytes.subarray(0, 8).equals(signature)) return undefined;
  const data: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 12 + length;
    if (end > bytes.length) return undefined;
    if (bytes.readUInt32BE(end - 4) !== crc32(bytes.subarray(at + 4, end - 4))) return undefined;
    const body = bytes.subarray(at + 8, end - 4);
    if (type === 'IHDR') header = body;
    else if (type === 'IDAT') data.push(body);
    else if (type === 'IEND') return header && decodeData(header, Buffer.concat(data));
    else if (!harmless.includes(type)) return undefined;
    at = end;
  }
  return undefined;
}

function decodeData(header: Buffer, data: Buffer): Picture | undefined {
  // 8 bits a sample, and the one method there is of compression and filtering, and not interlacing.
  const [bits, colour = 0, ...methods] = header.subarray(8);
  const depth = depths[colour];
  if (header.length !== 13 || bits !== 8 || methods.some((method) => method !== 0) || !depth)
    return undefined;
  const [columns, rows] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = rows * (columns * depth + 1);
  if (size > 1 << 28) return undefined;
  try {
    const lines = inflateSync(data, { maxOutputLength: size });
    if (lines.length !== size) return undefined;
    const samples = unfiltered(lines, rows, columns * depth, depth);
    const pixels = samples && (depth === 1 ? samples : greyOf(samples, depth));
    return pixels && { rows, columns, pixels };
  } catch {
    return undefined;
  }
}

/** Undoes the filter that each line begins with: every value was written as its difference from a prediction. */
function unfiltered(
  lines: Buffer,
  rows: number,
  columns: number,
  depth: number,
): Buffer | undefined {
  const pixels = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = row * (columns + 1);
    const filter = lines[from]!;
    if (filter > 4) return undefined;
    const to = row * columns;
    for (let column = 0; column < columns; column++) {
      const value = lines[from + 1 + column]!;
      const left = column >= depth ? pixels[to + column - depth]! : 0;
      const above = row > 0 ? pixels[to - columns + column]! : 0;
      const corner = row > 0 && column >= depth ? pixels[to - columns + column - depth]! : 0;
      pixels[to + column] = value + prediction(filter, left, above, corner);
    }
  }
  return pixels;
}

/** One sample a pixel, where all are alike and nothing shines through. */
function greyOf(samples: Buffer, depth: number): Buffer | undefined {
  const pixels = Buffer.alloc(samples.length / depth);
  for (let i = 0, at = 0; at < samples.length; i++, at += depth) {
    const value = samples[at]!;
    if (samples[at + 1] !== value || samples[at + 2] !== value) return undefined;
    if (depth === 4 && samples[at + 3] !== 255) return undefined;
    pixels[i] = value;
  }
  return pixels;
}

function prediction(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

/** The neighbour that is closest to left + above − corner; of equals, in this order. */
function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
