/** PNG files without a library (PNG specification, third edition: https://www.w3.org/TR/png-3/). */

import { crc32, deflateSync } from 'node:zlib';
import { type GreyImage, toByte } from './grey-image.js';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** An image as an 8-bit grey PNG, one pixel a value; values are rounded and clipped. */
export function encodeGreyPng({ rows, columns, pixels }: GreyImage): Buffer {
  return encodePng(rows, columns, 0, Uint8Array.from(pixels, toByte));
}

/** samples: rows × columns × 3 bytes, red first. */
export function encodeRgbPng(rows: number, columns: number, samples: Uint8Array): Buffer {
  return encodePng(rows, columns, 2, samples);
}

/** colour: the PNG's type, 0 grey or 2 RGB; 8 bits a sample. */
function encodePng(rows: number, columns: number, colour: 0 | 2, samples: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header[8] = 8;
  header[9] = colour;
  const width = samples.length / rows;
  const lines = Buffer.alloc(rows * (width + 1));
  for (let row = 0; row < rows; row++)
    lines.set(samples.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An image as a `data:` address, for SVG and HTML. */
export function greyPngAddress(image: GreyImage): string {
  return `data:image/png;base64,${encodeGreyPng(image).toString('base64')}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
