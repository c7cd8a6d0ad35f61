/** Sandal, sneaker and ankle boot, seen from the side, toes to the left. */

import type { Dice } from './dice.js';
import { type ClothLayer, cloth, detail, type PlanePoint, rounded, stroke } from './shape.js';

/** The sole under everything: from heel to toe, `rise` higher at the heel. */
function sole(ground: number, thickness: number, rise: number): PlanePoint[] {
  return [
    [-13, ground - thickness * 0.8],
    [-4, ground - thickness],
    [5, ground - thickness - rise * 0.6],
    [13, ground - thickness - rise],
    [13, ground],
    [9, ground],
    [4, ground - rise * 0.45],
    [-5, ground],
    [-12, ground],
  ];
}

export function sandal(dice: Dice): ClothLayer[] {
  const ground = dice.around(5, 8);
  const thickness = dice.around(1.2, 3.2);
  const rise = dice.chance(0.35) ? dice.around(4, 9) : dice.around(0, 2.5);
  const layers = [cloth(sole(ground, thickness, rise), dice.between(0.7, 1))];
  const heel = ground - thickness - rise;
  const toe = ground - thickness;
  const width = () => dice.around(0.9, 2.6);
  const straps = 1 + dice.generator.below(3);
  // One in eight is a clog, closed over the toes: nearly a sneaker.
  if (dice.chance(0.12)) {
    const height = dice.around(4, 7.5);
    layers.push(
      cloth(
        rounded([
          [-13, toe + 0.3],
          [-11.5, toe - height * 0.7],
          [-3, toe - height],
          [dice.between(1, 5), toe - height * 0.9],
          [dice.between(3, 6), toe + 0.3],
        ]),
      ),
    );
  }
  for (let i = 0; i < straps; i++) {
    const x = dice.between(-11, -3);
    const height = dice.between(2.5, 6);
    const band: PlanePoint[] = [
      [x - 1.5, toe],
      [x + 0.5, toe - height],
      [x + dice.between(2, 5), toe - height * 0.9],
      [x + dice.between(4, 7), toe - 0.3],
    ];
    layers.push(cloth(stroke(band, width())));
  }
  if (dice.chance(0.75)) {
    const height = dice.between(4, 9);
    layers.push(
      cloth(
        stroke(
          [
            [12.2, heel],
            [11.5, heel - height],
            [6, heel - height - 0.5],
            [4, heel - height * 0.4],
            [dice.between(-3, 3), toe - dice.between(0, 3)],
          ],
          width(),
        ),
        0.95,
      ),
    );
  }
  return layers;
}

export function sneaker(dice: Dice): ClothLayer[] {
  const thickness = dice.around(1.4, 3);
  // One in six is a high-top: nearly a boot.
  const tongue = dice.chance(0.16) ? dice.around(10, 18) : dice.around(6.5, 10.5);
  const ground = (tongue + thickness) / 2 + dice.around(-0.5, 1.5);
  const heel = tongue - dice.around(0.5, 3);
  const base = ground - thickness;
  const upper = rounded([
    [-13.2, base],
    [-12.8, base - dice.around(2, 4)],
    [-7, base - dice.around(3.5, 5.5)],
    [-0.5, base - tongue],
    [3.5, base - tongue - 0.2],
    [6.5, base - heel + 1.4],
    [12, base - heel],
    [13.2, base - 2],
    [13, base],
  ]);
  const layers = [cloth(upper), detail(sole(ground, thickness, 0.3), dice.between(0.5, 1.5))];
  if (dice.chance(0.7)) {
    const tone = dice.between(0.5, 1.5);
    for (let i = 0; i < 3; i++) {
      const [x, y] = [-6 + 2 * i, base - 4.2 - (tongue - 5) * 0.28 * i];
      const lace: PlanePoint[] = [
        [x, y],
        [x + 2, y + 1.6],
      ];
      layers.push(detail(stroke(lace, 0.8), tone));
    }
  }
  if (dice.chance(0.5)) {
    const swoosh: PlanePoint[] = [
      [-3, base - 1],
      [2, base - 1.6],
      [dice.between(6, 10), base - dice.between(2.5, 5)],
    ];
    layers.push(detail(stroke(swoosh, dice.around(0.8, 1.8)), dice.between(0.4, 1.5)));
  }
  return layers;
}

export function ankleBoot(dice: Dice): ClothLayer[] {
  const rise = dice.chance(0.4) ? dice.around(3, 6) : dice.around(0, 2);
  const thickness = dice.around(1, 2.6);
  const shaft = dice.chance(0.2) ? dice.around(10, 16) : dice.around(15, 23);
  const ground = (shaft + thickness) / 2 + dice.around(-0.5, 1.5);
  const base = ground - thickness;
  const front = dice.around(-1, 3.5);
  const upper = rounded([
    [-13, base],
    [-12.5, base - dice.around(2.5, 4)],
    [-6, base - dice.around(4.5, 7)],
    [front, base - 9],
    [front - dice.around(-0.5, 1.2), base - shaft],
    [front - 0.3, base - shaft],
    [12 + dice.around(-1.5, 0.8), base - shaft + dice.around(-1, 1)],
    [12.3, base - shaft * 0.5],
    [12.8, base - rise],
    [4, base - rise * 0.5],
  ]);
  const layers = [cloth(upper), detail(sole(ground, thickness, rise), dice.between(0.45, 1.1))];
  if (dice.chance(0.45)) {
    const y = base - dice.between(8, shaft - 2);
    const strap: PlanePoint[] = [
      [front, y],
      [12, y + dice.between(-1, 1)],
    ];
    layers.push(detail(stroke(strap, dice.around(0.7, 1.8)), dice.between(0.5, 0.85)));
  }
  return layers;
}
