/** A labelled stream of any length for measurements: noise of 28 × 28 pixels in ten classes, the same every time. */

import { encodeHeader } from '../../src/idx/header.js';

const size = 28 * 28;

export interface NoiseStream {
  readonly images: number;
  readonly bytes: number;
  /** The stream, in pieces of about 1 MiB; what they hold must not be changed. */
  pieces(): Generator<Buffer>;
}

/** The longest such stream within `bytes`. */
export function noiseStream(bytes: number, imagesFirst = false): NoiseStream {
  const images = Math.floor((bytes - 24) / (size + 1));
  function* pieces() {
    const labels = () => repeated(Buffer.from([...Array(10).keys()]), images);
    const pixels = () => repeated(noise(), images * size);
    if (!imagesFirst) {
      yield encodeHeader('u8', [images]);
      yield* labels();
    }
    yield encodeHeader('u8', [images, 28, 28]);
    yield* pixels();
    if (imagesFirst) {
      yield encodeHeader('u8', [images]);
      yield* labels();
    }
  }
  return { images, bytes: 24 + images * (size + 1), pieces };
}

/** `pattern` over and over, cut to a length, in pieces of about 1 MiB. */
function* repeated(pattern: Buffer, length: number): Generator<Buffer> {
  const times = Math.max(1, Math.floor(2 ** 20 / pattern.length));
  const piece = Buffer.concat(Array<Buffer>(times).fill(pattern));
  for (let left = length; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

/** A thousand images, none like another. */
function noise(): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length: 1000 * size }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
}
