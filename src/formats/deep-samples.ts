/**
 * Samples of more than 8 bits that do not fill their range: 8-bit values stored in 16 bits, 10- and 12-bit cameras,
 * floats from 0 to 1. Cut to their upper 8 bits they would all be black.
 */

import type { Metadata, Sharp } from 'sharp';
import { PictureFault } from './picture-fault.js';

export interface ByteSamples {
  /** [rows, columns, channels] bytes. */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Value that whole numbers are taken to reach: the least of these that none exceeds. */
const wholeRanges = [255, 1023, 4095, 65535];

/**
 * Bytes of a deep picture whose samples do not fill their range, scaled from the range they have: whole numbers from
 * that of 8, 10 or 12 bits, floats from 0–1 or 0–255. Undefined for 8 bits and for 16 bits that reach beyond 12, whose
 * upper bits are right. PictureFault for samples below 0 or of no known range.
 * open: gives the picture anew, upright.
 */
export async function byteSamples(
  open: () => Sharp,
  { depth, space, hasAlpha = false, channels = 1 }: Metadata,
): Promise<ByteSamples | undefined> {
  if (depth === undefined || depth === 'uchar') return undefined;
  const stats = await open().stats();
  const colours = stats.channels.slice(0, hasAlpha ? channels - 1 : channels);
  const [least, most] = [
    Math.min(...colours.map(({ min }) => min)),
    Math.max(...colours.map(({ max }) => max)),
  ];
  const range = rangeOf(depth, least, most);
  if (range === 65535 && depth === 'ushort') return undefined;
  const opacity = hasAlpha ? stats.channels[channels - 1]! : undefined;
  const opaque = opacity && rangeOf(depth, opacity.min, opacity.max);
  // Its own colour space, or the samples would be scaled on the way.
  const { data, info } = await open()
    .toColourspace(space ?? 'b-w')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const samples = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  const width = info.channels;
  const bytes = Buffer.alloc(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const isAlpha = hasAlpha && i % width === width - 1;
    bytes[i] = Math.round((255 * samples[i]!) / (isAlpha ? opaque! : range));
  }
  return {
    data: bytes,
    width: info.width,
    height: info.height,
    channels: width as ByteSamples['channels'],
  };
}

function rangeOf(depth: string, least: number, most: number): number {
  const isWhole = ['ushort', 'short', 'uint', 'int', 'char'].includes(depth);
  const range = isWhole
    ? wholeRanges.find((top) => most <= top)
    : [1, 255].find((top) => most <= top);
  if (range !== undefined && least >= 0) return range;
  throw new PictureFault(
    `has samples from ${short(least)} to ${short(most)}; ${isWhole ? 'whole numbers from 0 to 65535' : 'numbers from 0 to 1, or from 0 to 255,'} were expected`,
  );
}

const short = (value: number) => String(Number(value.toPrecision(6)));
