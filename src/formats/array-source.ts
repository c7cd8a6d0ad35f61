/** Arrays of images, and of their labels, as sources: [n, rows, columns], with an axis of one channel, or [n, rows × columns] where that is a square. */

import { OperationalError } from '../core/errors.js';
import type { ImageSize } from '../image/augment/image.js';
import { bytesOf, labelsOf, type NumericArray } from './numeric-array.js';
import { type ImageSource, imagesPerBlock } from './source.js';

export interface NamedArray {
  readonly name: string;
  readonly array: NumericArray;
}

/** A source of images and, where they are there, labels. OperationalError where shapes do not fit. */
export function arraySource(
  source: string,
  images: NamedArray,
  labels: NamedArray | undefined,
  size: ImageSize | undefined,
): ImageSource {
  const where = placeOf(source, images.name);
  const { rows, columns } = imageSizeOf(images.array.shape, size, where);
  const count = images.array.shape[0]!;
  const pixels = bytesOf(images.array, where);
  const classes = labels && labelsOf(labels.array, placeOf(source, labels.name));
  if (classes && classes.length !== count)
    throw new OperationalError(
      source,
      `has ${count} images in ${images.name} and ${classes.length} labels in ${labels.name}; one label an image was expected`,
    );
  const most = imagesPerBlock({ rows, columns });
  return {
    ...{ source, rows, columns, annotation: undefined, labelled: classes !== undefined },
    async *blocks() {
      for (let start = 0; start < count; start += most) {
        const some = Math.min(most, count - start);
        const from = start * rows * columns;
        yield {
          count: some,
          pixels: Buffer.from(pixels.subarray(from, from + some * rows * columns)),
          labels: classes?.subarray(start, start + some),
        };
      }
    },
  };
}

export const placeOf = (source: string, name: string) =>
  name === '' ? source : `${source}: ${name}`;

/** Size of the images of an array. */
function imageSizeOf(
  shape: readonly number[],
  size: ImageSize | undefined,
  where: string,
): ImageSize {
  const [, ...rest] = shape;
  const square = Math.round(Math.sqrt(rest[0] ?? 0));
  if (rest.length === 1 && size && size.rows * size.columns === rest[0]) return size;
  if (rest.length === 1 && square > 0 && square * square === rest[0])
    return { rows: square, columns: square };
  // One channel, last or first.
  const plain = rest.length === 3 ? (rest[2] === 1 ? rest.slice(0, 2) : rest.slice(1)) : rest;
  if (plain.length === 2 && (rest.length === 2 || rest[0] === 1 || rest[2] === 1))
    return { rows: plain[0]!, columns: plain[1]! };
  throw new OperationalError(
    where,
    `an array of ${shape.join(' × ')} values; n × rows × columns of grey images, also with a channel of 1, or n × a square number were expected`,
  );
}
