/** Bags: a body, mostly a handle, sometimes a flap and a clasp. */

import type { Dice } from './dice.js';
import {
  arch,
  type ClothLayer,
  cloth,
  detail,
  type PlanePoint,
  rounded,
  stroke,
  symmetric,
} from './shape.js';

export function bag(dice: Dice): ClothLayer[] {
  const width = dice.around(9, 13.8);
  const height = dice.around(9, 20);
  const handle = dice.chance(0.85) ? dice.around(2, 10) : 0;
  const bottom = Math.min(13.5, (height + handle) / 2);
  const top = bottom - height;
  const taper = dice.around(0.7, 1.1);
  const outline: PlanePoint[] = symmetric([
    [0, top],
    [width * taper, top],
    [width, top + height * 0.7],
    [width * 0.97, bottom],
    [0, bottom],
  ]);
  const layers: ClothLayer[] = [];
  if (handle > 0) {
    const reach = width * taper * dice.around(0.35, 0.95);
    layers.push(
      detail(stroke(arch(reach, handle, top + 1), dice.around(0.9, 2)), dice.between(0.6, 1.1)),
    );
  }
  layers.push(cloth(dice.chance(0.5) ? rounded(outline) : outline));
  if (dice.chance(0.6)) {
    const flap = top + height * dice.between(0.25, 0.55);
    const edge: PlanePoint[] = [
      [-width * 0.92, flap - 1],
      [0, flap],
      [width * 0.92, flap - 1],
    ];
    layers.push(detail(stroke(edge, 0.8), dice.between(0.5, 0.8)));
  }
  if (dice.chance(0.4)) {
    const y = top + height * 0.45;
    layers.push(
      detail(
        stroke(
          [
            [-1.2, y],
            [1.2, y],
          ],
          1.6,
        ),
        dice.between(0.3, 1.5),
      ),
    );
  }
  return layers;
}
