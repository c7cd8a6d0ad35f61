/** Garments with shoulders: T-shirt, pullover, dress, coat and shirt, which differ by degrees and are mixed up for the same reasons as real ones. */

import type { Dice } from './dice.js';
import {
  type ClothLayer,
  cloth,
  detail,
  mirrored,
  type PlanePoint,
  stroke,
  symmetric,
} from './shape.js';

/** All lengths in pixels, widths from the middle line outwards. */
interface Cut {
  readonly length: number;
  readonly neck: number;
  readonly neckDepth: number;
  readonly shoulder: number;
  readonly waist: number;
  readonly hem: number;
  /** 0 for none. */
  readonly sleeve: number;
  /** Radians from straight down. */
  readonly lift: number;
  readonly cuff: number;
}

/** Body and sleeves. The sleeve's seam shows as a darker edge, as it does on photographs. */
function body(cut: Cut): ClothLayer[] {
  const top = -cut.length / 2;
  const seam = top + 1.2;
  const pit = seam + 4.5;
  const half: PlanePoint[] = [
    [0, top + cut.neckDepth],
    [cut.neck * 0.8, top + cut.neckDepth * 0.6],
    [cut.neck, top],
    [cut.shoulder, seam],
    [cut.shoulder - 0.6, pit],
    [cut.waist, top + cut.length * 0.5],
    [cut.hem, top + cut.length],
    [0, top + cut.length + 0.3],
  ];
  const layers = [cloth(symmetric(half))];
  if (cut.sleeve > 0) {
    const [dx, dy] = [Math.sin(cut.lift), Math.cos(cut.lift)];
    const end: PlanePoint = [cut.shoulder + dx * cut.sleeve, seam + dy * cut.sleeve];
    const arm: PlanePoint[] = [
      [cut.shoulder - 0.6, seam - 0.2],
      end,
      [end[0] - dy * cut.cuff, end[1] + dx * cut.cuff],
      [cut.shoulder - 0.4, pit + 0.6],
    ];
    const edge = stroke([[cut.shoulder - 0.6, seam + 0.5], arm[3]!], 0.7);
    for (const side of [arm, mirrored(arm)]) layers.push(cloth(side, 0.94));
    for (const side of [edge, mirrored(edge)]) layers.push(detail(side, 0.72));
  }
  return layers;
}

const topOf = (cut: Cut) => -cut.length / 2;

/** The line of a closed front. */
function placket(cut: Cut, tone: number, width: number): ClothLayer {
  const top = topOf(cut) + cut.neckDepth;
  return detail(
    stroke(
      [
        [0, top],
        [0, topOf(cut) + cut.length],
      ],
      width,
    ),
    tone,
  );
}

function collar(cut: Cut, tone: number, reach: number): ClothLayer[] {
  const top = topOf(cut);
  const wing: PlanePoint[] = [
    [0.2, top + cut.neckDepth + 0.4],
    [cut.neck + 0.4, top - 0.8],
    [cut.neck + 1, top + 0.4],
    [reach, top + cut.neckDepth + 2.2],
  ];
  return [detail(wing, tone), detail(mirrored(wing), tone)];
}

function ribbing(cut: Cut, tone: number): ClothLayer {
  const bottom = topOf(cut) + cut.length;
  return detail(
    symmetric([
      [0, bottom - 1.6],
      [cut.hem - 0.2, bottom - 1.7],
      [cut.hem, bottom],
      [0, bottom + 0.3],
    ]),
    tone,
  );
}

export function tShirt(dice: Dice): ClothLayer[] {
  const cut: Cut = {
    length: dice.around(21, 27),
    neck: dice.around(2, 4.2),
    neckDepth: dice.around(1, 4),
    shoulder: dice.around(6, 8.6),
    waist: dice.around(5.4, 7.8),
    hem: dice.around(5.6, 8.2),
    sleeve: dice.chance(0.1) ? dice.around(9, 16) : dice.around(4, 8.5),
    lift: dice.around(0.3, 1.1),
    cuff: dice.around(2.8, 4.6),
  };
  return dice.chance(0.1) ? [...body(cut), placket(cut, 0.8, 0.8)] : body(cut);
}

export function pullover(dice: Dice): ClothLayer[] {
  const cut: Cut = {
    length: dice.around(21, 27),
    neck: dice.around(2, 3.6),
    neckDepth: dice.around(0.6, 2.6),
    shoulder: dice.around(6, 8.2),
    waist: dice.around(5.8, 8),
    hem: dice.around(5.4, 7.6),
    sleeve: dice.around(15, 22),
    lift: dice.around(0.02, 0.36),
    cuff: dice.around(2.4, 3.8),
  };
  const layers = body(cut);
  if (dice.chance(0.55)) layers.push(ribbing(cut, dice.between(0.75, 0.95)));
  if (dice.chance(0.12)) layers.push(placket(cut, dice.between(0.5, 0.85), 0.8));
  if (dice.chance(0.2)) layers.push(...collar(cut, dice.between(0.75, 1.15), 1.4));
  return layers;
}

export function dress(dice: Dice): ClothLayer[] {
  const cut: Cut = {
    length: dice.around(25, 28),
    neck: dice.around(1.8, 3.4),
    neckDepth: dice.around(1, 4.5),
    shoulder: dice.around(3.6, 5.8),
    waist: dice.around(2.8, 5),
    hem: dice.around(4, 10),
    sleeve: dice.pick([0, 0, dice.around(3, 7), dice.around(11, 17)]),
    lift: dice.around(0.06, 0.5),
    cuff: dice.around(1.6, 3),
  };
  const layers = body(cut);
  if (dice.chance(0.3)) {
    const y = topOf(cut) + cut.length * 0.5;
    const belt: PlanePoint[] = [
      [-cut.waist, y],
      [cut.waist, y],
    ];
    layers.push(detail(stroke(belt, 1), dice.between(0.4, 0.8)));
  }
  return layers;
}

export function coat(dice: Dice): ClothLayer[] {
  const cut: Cut = {
    length: dice.around(23, 28),
    neck: dice.around(2, 3.4),
    neckDepth: dice.around(1, 4.5),
    shoulder: dice.around(6, 8.2),
    waist: dice.around(5.6, 7.8),
    hem: dice.around(5.8, 8.8),
    sleeve: dice.around(15, 23),
    lift: dice.around(0.02, 0.34),
    cuff: dice.around(2.6, 3.8),
  };
  const layers = body(cut);
  // One in eight is zipped up so neatly that its front does not show.
  if (dice.chance(0.87)) layers.push(placket(cut, dice.between(0.15, 0.75), dice.around(0.7, 1.5)));
  if (dice.chance(0.7)) layers.push(...collar(cut, dice.between(0.65, 0.95), dice.around(1.6, 3)));
  if (dice.chance(0.4)) layers.push(...pockets(cut, dice.between(0.6, 0.85)));
  return layers;
}

function pockets(cut: Cut, tone: number): ClothLayer[] {
  const y = topOf(cut) + cut.length * 0.66;
  const line: PlanePoint[] = [
    [2.2, y + 0.6],
    [4.8, y],
  ];
  return [detail(stroke(line, 0.9), tone), detail(stroke(mirrored(line), 0.9), tone)];
}

export function shirt(dice: Dice): ClothLayer[] {
  const short = dice.chance(0.25);
  const cut: Cut = {
    length: dice.around(21.5, 27.5),
    neck: dice.around(1.8, 3.4),
    neckDepth: dice.around(1, 4),
    shoulder: dice.around(5.8, 8),
    waist: dice.around(5, 7.4),
    hem: dice.around(5.2, 8),
    sleeve: short ? dice.around(4, 9) : dice.around(14, 21),
    lift: short ? dice.around(0.25, 0.9) : dice.around(0.02, 0.4),
    cuff: dice.around(2, 3.4),
  };
  const layers = body(cut);
  if (dice.chance(0.75)) layers.push(placket(cut, dice.between(0.72, 1.2), dice.around(0.6, 1.3)));
  if (dice.chance(0.7)) layers.push(...collar(cut, dice.between(0.8, 1.25), dice.around(1, 2)));
  return layers;
}
