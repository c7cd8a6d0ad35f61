/** Trousers: two legs and a waistband. */

import type { Dice } from './dice.js';
import { type ClothLayer, cloth, detail, type PlanePoint, stroke, symmetric } from './shape.js';

export function trouser(dice: Dice): ClothLayer[] {
  const length = dice.around(25, 28);
  const [top, bottom] = [-length / 2, length / 2];
  const hip = dice.around(4, 6.4);
  const crotch = top + dice.around(6.5, 10.5);
  const spread = dice.around(0, 1.8);
  const foot = spread + dice.around(2, 4.4);
  const layers = [
    cloth(
      symmetric([
        [0, top + 0.5],
        [hip * 0.85, top],
        [hip, crotch - 1],
        [foot, bottom],
        [spread, bottom],
        [0.1, crotch],
      ]),
    ),
  ];
  if (dice.chance(0.5)) {
    const belt: PlanePoint[] = [
      [-hip * 0.86, top + 1.2],
      [hip * 0.86, top + 1.2],
    ];
    layers.push(detail(stroke(belt, 1), dice.between(0.6, 1.3)));
  }
  return layers;
}
