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
  // Of 16 bits that reach beyond 12 nothing more is read; of other depths sharp's own extremes are cut to whole numbers.
  if (depth === 'ushort' && (await mostOf(open, channels, hasAlpha)) > 4095) return undefined;
  // Its own colour space, or the samples would be scaled on the way.
  const { data, info } = await open()
    .toColourspace(space ?? 'b-w')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const samples = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  const width = info.channels;
  const bytes = Buffer.alloc(samples.length);
  const isAlpha = (i: number) => hasAlpha && i % width === width - 1;
  const range = rangeOf(depth, samples, (i) => !isAlpha(i));
  const opaque = hasAlpha ? rangeOf(depth, samples, isAlpha) : range;
  for (let i = 0; i < samples.length; i++) {
    bytes[i] = Math.round((255 * samples[i]!) / (isAlpha(i) ? opaque : range));
  }
  return {
    data: bytes,
    width: info.width,
    height: info.height,
    channels: width as ByteSamples['channels'],
  };
}

/** The largest sample of the colours, or of grey. */
async function mostOf(open: () => Sharp, channels: number, hasAlpha: boolean): Promise<number> {
  const stats = await open().stats();
  const colours = stats.channels.slice(0, hasAlpha ? channels - 1 : channels);
  return Math.max(...colours.map(({ max }) => max));
}

function rangeOf(depth: string, samples: Float32Array, wanted: (i: number) => boolean): number {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < samples.length; i++) {
    if (!wanted(i)) continue;
    const value = samples[i]!;
    if (Number.isNaN(value)) throw new PictureFault('has a sample that is no number');
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const isWhole = ['ushort', 'short', 'uint', 'int', 'char'].includes(depth);
  // Floats a little above 1 are of neither range.
  const range = isWhole
    ? wholeRanges.find((top) => most <= top)
    : [1, 255].find((top) => most <= top && (top === 1 || most >= 16));
  if (range !== undefined && least >= 0) return range;
  throw new PictureFault(
    `has samples from ${short(least)} to ${short(most)}; ${isWhole ? 'whole numbers from 0 to 65535' : 'numbers from 0 to 1, or from 0 to 255,'} were expected`,
  );
}

const short = (value: number) => String(Number(value.toPrecision(6)));
