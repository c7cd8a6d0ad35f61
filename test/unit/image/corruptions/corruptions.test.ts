/** What holds of every corruption: seeds, sizes, severities; and what noise does on average. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CorruptionName,
  corruptionNames,
  corruptions,
} from '../../../../src/image/corruptions/catalogue.js';
import { corruptImage } from '../../../../src/image/corruptions/corrupter.js';
import { families, mostSevere } from '../../../../src/image/corruptions/corruption.js';
import {
  openCorruptionPlan,
  readSeverities,
} from '../../../../src/image/corruptions/corruption-plan.js';

const test = suite('image/corruptions');
const size = { rows: 24, columns: 20 };
const pixels = size.rows * size.columns;

/** A bright shape on black, moved and shaded from number to number. */
function imageOf(index: number): Uint8Array {
  return Uint8Array.from({ length: pixels }, (_, p) => {
    const [row, column] = [Math.floor(p / size.columns), p % size.columns];
    const inside = row > 4 + (index % 3) && row < 20 && column > 3 && column < 14 + (index % 4);
    return inside ? 90 + ((31 * row + 17 * column + 13 * index) % 120) : 0;
  });
}

const corrupted = (name: CorruptionName, severity: number, index: number, seed = 0) =>
  corruptImage(name, severity, imageOf(index), size, { seed, index });

function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

async function meanDistance(name: CorruptionName, severity: number): Promise<number> {
  let sum = 0;
  for (let index = 0; index < 24; index++)
    sum += distance(imageOf(index), await corrupted(name, severity, index));
  return sum / 24;
}

/** Kinds that take no draws. */
const fixed: readonly CorruptionName[] = [
  'gaussian-blur',
  'defocus-blur',
  'zoom-blur',
  'brightness',
  'contrast',
  'inversion',
  'scale',
  'jpeg',
  'pixelate',
];

for (const name of corruptionNames) {
  test(`${name}: severity 0 leaves the image, each further one is further from it`, async () => {
    assert.equal(await corrupted(name, 0, 3), imageOf(3));
    let before = 0;
    for (let severity = 1; severity <= mostSevere; severity++) {
      const far = await meanDistance(name, severity);
      // Blocks that happen to fit the shape do less harm: pixelate is measured at its ends.
      if (name === 'pixelate' && severity > 1 && severity < mostSevere) continue;
      assert.ok(far > before, `severity ${severity}: ${far} where more than ${before} was due`);
      before = far;
    }
  });

  test(`${name}: seed and number say what happens, and nothing else`, async () => {
    const given = imageOf(7);
    const once = await corruptImage(name, 3, given, size, { seed: 5, index: 7 });
    assert.equal(given, imageOf(7), 'the image given is not touched');
    assert.equal(await corrupted(name, 3, 7, 5), once);
    const other = await corruptImage(name, 3, given, size, { seed: 6, index: 7 });
    const next = await corruptImage(name, 3, given, size, { seed: 5, index: 8 });
    const third = await corruptImage(name, 3, given, size, { seed: 5, index: 9 });
    const same = [other, next, third].map((image) => distance(image, once) === 0);
    // A coin that decides on a side may fall alike for two, hardly for all four.
    assert.is(same.every(Boolean), fixed.includes(name));
  });
}

test('images of any size, down to one pixel', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...corruptionNames),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      async (name, severity, rows, columns, seed) => {
        const image = Uint8Array.from({ length: rows * columns }, (_, i) => (i * 91) % 256);
        const made = await corruptImage(
          name,
          severity,
          image,
          { rows, columns },
          { seed, index: 0 },
        );
        assert.is(made.length, image.length);
      },
    ),
    { numRuns: 150 },
  );
});

/** Mean and deviation of what a kind adds to an even grey, over many pixels. */
async function spread(name: CorruptionName, severity: number, grey: number) {
  const side = { rows: 200, columns: 200 };
  const image = new Uint8Array(40_000).fill(grey);
  const made = await corruptImage(name, severity, image, side, { seed: 1, index: 0 });
  const mean = made.reduce((sum, value) => sum + value, 0) / made.length;
  const squares = made.reduce((sum, value) => sum + (value - mean) ** 2, 0) / made.length;
  return { mean, deviation: Math.sqrt(squares), made };
}

const near = (value: number, expected: number, within: number) =>
  assert.ok(Math.abs(value - expected) < within, `${value}; ${expected} ± ${within} was expected`);

test('noise has the mean and the deviation that its amount says', async () => {
  // Six standard errors of 40,000 pixels, and rounding to whole values.
  const gaussian = await spread('gaussian-noise', 1, 128);
  near(gaussian.mean, 128, 0.7);
  near(gaussian.deviation, 0.08 * 255, 0.5);
  const speckle = await spread('speckle-noise', 3, 100);
  near(speckle.mean, 100, 1.2);
  near(speckle.deviation, 35, 0.9);
  // Poisson: the variance is the mean; 60 photons are white.
  const shot = await spread('shot-noise', 1, 102);
  near(shot.mean, 102, 0.7);
  near(shot.deviation, (Math.sqrt(24) / 60) * 255, 0.5);
});

test('impulses hit their share, black and white alike', async () => {
  const { made } = await spread('impulse-noise', 5, 100);
  const share = (value: number) => made.filter((v) => v === value).length / made.length;
  near(share(255), 0.135, 0.011);
  near(share(0), 0.135, 0.011);
  near(share(100), 0.73, 0.015);
});

test('spatter and occlusion cover the share of their amount', async () => {
  for (const name of ['spatter', 'occlusion'] as const)
    for (const severity of [1, 3, 5]) {
      const { made } = await spread(name, severity, 0);
      const share = made.filter((v) => v > 0).length / made.length;
      near(share, corruptions[name].amounts[severity - 1]!, 0.01);
    }
});

test('a full inversion is the negative, and twice is none', async () => {
  const negative = await corrupted('inversion', 5, 2);
  assert.equal(
    negative,
    imageOf(2).map((value) => 255 - value),
  );
  const back = await corruptImage('inversion', 5, negative, size, { seed: 0, index: 2 });
  assert.equal(back, imageOf(2));
});

test('a treatment hits its share from its first image on, with all its kinds and severities', async () => {
  const kinds = ['brightness', 'inversion'] as const;
  const severities = readSeverities('1-2');
  const treat = openCorruptionPlan({ kinds, severities, share: 0.5, from: 100 }, size, 3);
  const black = { pixels: new Uint8Array(pixels), at: 0 };
  const seen = new Map<number, number>();
  for (let index = 0; index < 900; index++) {
    const target = { pixels: new Uint8Array(pixels), at: 0 };
    await treat(black, index, target);
    const value = target.pixels[0]!;
    if (index < 100) assert.is(value, 0);
    else seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  // Black becomes 26 or 51 by brightness, 51 or 102 by inversion.
  assert.equal(
    [...seen.keys()].sort((a, b) => a - b),
    [0, 26, 51, 102],
  );
  near(seen.get(0) ?? 0, 400, 85);
  near(seen.get(51) ?? 0, 200, 75);
});

test('severities are read', () => {
  assert.equal(readSeverities('0'), [0, 0]);
  assert.equal(readSeverities('1-5'), [1, 5]);
  for (const text of ['6', '-1', '3-2', '1-', '', '2.5', ' 1'])
    assert.throws(() => readSeverities(text), /is not a severity from 0 to 5/);
});

test('every family has kinds', () => {
  const there = new Set(Object.values(corruptions).map(({ family }) => family));
  assert.equal([...there].sort(), [...families].sort());
});

test.run();
