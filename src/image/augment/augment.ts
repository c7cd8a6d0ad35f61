/** All that is done to one image, from what is drawn to the bytes. */

import { Generator } from '../../random/generator.js';
import { itemKey, type Key } from '../../random/key.js';
import { affineMap, type Geometry } from './affine.js';
import { drawRectangle, eraseRectangle } from './erase.js';
import type { ImageAt, ImageSize } from './image.js';
import { moveImage } from './move.js';
import type { Augmentation } from './spec.js';
import { warpImage } from './warp.js';

/** Writes image number `index` of the set, changed, to `target`, which must be other memory. */
export type Augmenter = (source: ImageAt, index: number, target: ImageAt) => void;

/**
 * The augmenter of one epoch, counted from 1. What happens to an image depends on the key, the epoch and the image's
 * number and on nothing else: not on the others, their order, or who does the work.
 */
export function openAugmenter(
  spec: Augmentation,
  size: ImageSize,
  key: Key,
  epoch: number,
): Augmenter {
  const epochKey = itemKey(key, epoch);
  // Epoch 0 does not exist: its key decides which of the others an image is flipped in.
  const sideKey = itemKey(key, 0);
  return (source, index, target) => {
    const generator = new Generator(itemKey(epochKey, index));
    const turn = ((itemKey(sideKey, index)[0] ^ epoch) & 1) === 1;
    const geometry = drawGeometry(spec, size, turn, generator);
    placeImage(source, size, geometry, spec, target);
    if (generator.uniform() < spec.erase)
      eraseRectangle(
        target,
        size,
        drawRectangle(size, spec.eraseArea, generator),
        spec.eraseWith,
        generator,
      );
  };
}

/** Takes the same draws whatever the settings, so that one setting changed leaves the rest of a picture as it was. `turn`: an alternating flip is due. */
export function drawGeometry(
  spec: Augmentation,
  { rows, columns }: ImageSize,
  turn: boolean,
  generator: Generator,
): Geometry {
  const within = (range: number) => range * (2 * generator.uniform() - 1);
  const pixels = () => generator.below(2 * spec.translate + 1) - spec.translate;
  const heads = generator.uniform() < 0.5;
  return {
    flip: spec.flip === 'random' ? heads : spec.flip === 'alternating' && turn,
    rotate: within(spec.rotate),
    left: within(spec.shift) * columns,
    up: within(spec.shift) * rows,
    shear: within(spec.shear),
    zoomX: 1 + within(spec.zoom),
    zoomY: 1 + within(spec.zoom),
    right: pixels(),
    down: pixels(),
  };
}

/** Rotates, shifts, shears, zooms, flips and moves in one go; by copying alone where that will do. */
export function placeImage(
  source: ImageAt,
  size: ImageSize,
  geometry: Geometry,
  { fill }: Pick<Augmentation, 'fill'>,
  target: ImageAt,
): void {
  const { rotate, left, up, shear, zoomX, zoomY } = geometry;
  const straight = rotate === 0 && shear === 0 && zoomX === 1 && zoomY === 1;
  if (straight && left === 0 && up === 0) moveImage(source, size, geometry, fill, target);
  else warpImage(source, size, affineMap(geometry, size.rows, size.columns), fill, target);
}
