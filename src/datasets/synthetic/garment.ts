/** One synthetic garment: its layers posed, lit, textured and made into 28 × 28 bytes. */

import { Generator } from '../../random/generator.js';
import type { Key } from '../../random/key.js';
import { bag } from './bag.js';
import { Dice } from './dice.js';
import { coverage } from './raster.js';
import { type ClothLayer, type Pose, place } from './shape.js';
import { ankleBoot, sandal, sneaker } from './shoes.js';
import { type ClothTexture, drawFolds, drawTexture } from './texture.js';
import { coat, dress, pullover, shirt, tShirt } from './tops.js';
import { trouser } from './trouser.js';

export const garmentSide = 28;

interface Silhouette {
  readonly draw: (dice: Dice) => ClothLayer[];
  /** Whether its cloth may carry a printed patch. */
  readonly prints: boolean;
}

/** Drawing function of each class, in the order of the labels. */
const silhouettes: readonly Silhouette[] = [
  { draw: tShirt, prints: true },
  { draw: trouser, prints: false },
  { draw: pullover, prints: true },
  { draw: dress, prints: true },
  { draw: coat, prints: false },
  { draw: sandal, prints: false },
  { draw: shirt, prints: true },
  { draw: sneaker, prints: false },
  { draw: bag, prints: true },
  { draw: ankleBoot, prints: false },
];

/** The picture of one garment: 28 × 28 bytes, bright on black, all of it decided by label and key. */
export function drawGarment(label: number, key: Key): Uint8Array {
  const dice = new Dice(new Generator(key));
  const { draw, prints } = silhouettes[label]!;
  const layers = draw(dice);
  const pose = drawPose(dice);
  const texture = drawTexture(dice, prints);
  const folds = drawFolds(dice);
  const light = dice.chance(0.25) ? dice.between(45, 110) : dice.around(110, 250);
  const picture = new Float32Array(garmentSide * garmentSide);
  for (const layer of layers) {
    const mask = coverage(place(layer.outline, pose), garmentSide);
    paint(picture, mask, layer, light, texture, folds);
  }
  const grain = dice.between(1, 9);
  return Uint8Array.from(picture, (value) =>
    // The background stays black: what is photographed was cut out.
    value < 1 ? 0 : Math.min(255, Math.max(0, Math.round(value + grain * dice.normal()))),
  );
}

function drawPose(dice: Dice): Pose {
  const size = dice.around(0.86, 1.04);
  const stretch = dice.around(0.95, 1.05);
  return {
    turn: dice.around(-0.12, 0.12),
    scaleX: size * stretch,
    scaleY: size / stretch,
    moveX: dice.around(-1.5, 1.5),
    moveY: dice.around(-1.2, 1.2),
  };
}

function paint(
  picture: Float32Array,
  mask: Float32Array,
  { tone, textured }: ClothLayer,
  light: number,
  texture: ClothTexture,
  folds: ClothTexture,
): void {
  for (let i = 0; i < picture.length; i++) {
    const covered = mask[i]!;
    if (covered === 0) continue;
    const x = (i % garmentSide) + 0.5 - garmentSide / 2;
    const y = Math.floor(i / garmentSide) + 0.5 - garmentSide / 2;
    const value = Math.min(255, light * tone * folds(x, y) * (textured ? texture(x, y) : 1));
    picture[i] = picture[i]! * (1 - covered) + value * covered;
  }
}
