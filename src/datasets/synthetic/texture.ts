/** Textures of cloth: brightness over the plane, as a factor around 1. */

import type { Dice } from './dice.js';

/** Brightness at (x, y), the garment's own coordinates in pixels. */
export type ClothTexture = (x: number, y: number) => number;

const plain = (): ClothTexture => () => 1;

/** Half of all garments are plain; the others are striped, checked, mottled or, where that suits them, carry a print. */
export function drawTexture(dice: Dice, prints: boolean): ClothTexture {
  if (dice.chance(0.5)) return plain();
  return dice.pick([stripes, stripes, checks, mottled, prints ? print : plain])(dice);
}

function stripes(dice: Dice): ClothTexture {
  const wave = drawWave(dice);
  return dice.chance(0.7) ? (_, y) => wave(y) : (x) => wave(x);
}

function checks(dice: Dice): ClothTexture {
  const [across, down] = [drawWave(dice), drawWave(dice)];
  return (x, y) => across(x) * down(y);
}

function drawWave(dice: Dice): (at: number) => number {
  const period = dice.between(2.5, 7);
  const phase = dice.between(0, period);
  const depth = dice.between(0.12, 0.5);
  const share = dice.between(0.3, 0.7);
  return (at) => {
    const within = ((((at + phase) % period) + period) % period) / period;
    return within < share ? 1 - depth : 1;
  };
}

function mottled(dice: Dice): ClothTexture {
  const waves = Array.from({ length: 4 }, () => ({
    x: dice.between(-1.2, 1.2),
    y: dice.between(-1.2, 1.2),
    phase: dice.between(0, 2 * Math.PI),
  }));
  const depth = dice.between(0.08, 0.2);
  return (x, y) =>
    1 + depth * waves.reduce((sum, w) => sum + Math.sin(w.x * x + w.y * y + w.phase), 0);
}

/** A patch on the chest, brighter or darker than the cloth. */
function print(dice: Dice): ClothTexture {
  const [x0, y0] = [dice.between(-1, 1), dice.between(-6, 0)];
  const [width, height] = [dice.between(1.5, 4), dice.between(1, 4)];
  const factor = dice.chance(0.5) ? dice.between(0.3, 0.7) : dice.between(1.25, 1.7);
  return (x, y) => (Math.abs(x - x0) < width && Math.abs(y - y0) < height ? factor : 1);
}

/** Soft folds and the fall of light, over any texture: a few long waves. */
export function drawFolds(dice: Dice): ClothTexture {
  const depth = dice.between(0.02, 0.1);
  const tilt = dice.between(-0.012, 0.012);
  const [fx, fy] = [dice.between(0.3, 0.9), dice.between(0.05, 0.35)];
  const phase = dice.between(0, 2 * Math.PI);
  return (x, y) => 1 + tilt * x + depth * Math.sin(fx * x + fy * y + phase);
}
