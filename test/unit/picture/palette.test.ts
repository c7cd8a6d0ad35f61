/** The palette: legible on its paper, and its hues apart for every common kind of colour vision. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  contrastRatio,
  hueNames,
  hueOf,
  hues,
  luminance,
  mix,
  type Rgb,
  rgbOf,
  surface,
} from '../../../src/picture/palette.js';

const test = suite('picture: palette');
const sides = ['light', 'dark'] as const;

/** Simulated dichromacy, severity 1: Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113; on linear RGB. */
const visions: Record<string, readonly (readonly number[])[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

test('contrast is as WCAG defines it', () => {
  assert.is(Math.round(contrastRatio([0, 0, 0], [255, 255, 255]) * 100), 2100);
  assert.is(Math.round(contrastRatio(rgbOf('#767676'), rgbOf('#ffffff')) * 100), 454);
  assert.ok(luminance([255, 0, 0]) < luminance([0, 255, 0]));
});

test('text is legible on its paper, and hues can be seen on it', () => {
  for (const side of sides) {
    const paper = rgbOf(surface.paper[side]);
    assert.ok(contrastRatio(rgbOf(surface.ink[side]), paper) >= 12, `ink on ${side}`);
    assert.ok(contrastRatio(rgbOf(surface.muted[side]), paper) >= 4.5, `muted on ${side}`);
    for (const hue of hueNames.slice(0, 4))
      assert.ok(contrastRatio(rgbOf(hues[hue][side]), paper) >= 3.5, `${hue} on ${side}`);
    for (const hue of hueNames)
      assert.ok(contrastRatio(rgbOf(hues[hue][side]), paper) >= 2.7, `${hue} on ${side}`);
  }
});

for (const [vision, matrix] of Object.entries(visions)) {
  test(`hues are told apart under ${vision}`, () => {
    for (const side of sides) {
      const seen = hueNames.map((hue) => lab(see(rgbOf(hues[hue][side]), matrix)));
      for (let i = 0; i < seen.length; i++) {
        for (let j = 0; j < i; j++) {
          const apart = Math.hypot(
            ...[0, 1, 2].map((k) => (seen[i]?.[k] ?? 0) - (seen[j]?.[k] ?? 0)),
          );
          // The first two carry right and wrong: they must be far apart.
          const least = i < 2 ? 60 : 10;
          assert.ok(
            apart > least,
            `${side}: ${hueNames[i]} and ${hueNames[j]} are ${apart.toFixed(1)} apart`,
          );
        }
      }
    }
  });
}

test('mixing goes from one end to the other', () => {
  assert.equal(mix([0, 0, 0], [200, 100, 50], 0), [0, 0, 0]);
  assert.equal(mix([0, 0, 0], [200, 100, 50], 1), [200, 100, 50]);
  assert.equal(mix([0, 0, 0], [200, 100, 50], 0.5), [100, 50, 25]);
  assert.is(hueOf(0), 'blue');
  assert.is(hueOf(6), 'blue');
});

function see(rgb: Rgb, matrix: readonly (readonly number[])[]): readonly number[] {
  const linear = rgb.map((v) => luminance([v, v, v]));
  return matrix.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, m, k) => sum + m * (linear[k] ?? 0), 0),
      ),
    ),
  );
}

/** Linear sRGB → CIELAB under D65. */
function lab([r = 0, g = 0, b = 0]: readonly number[]): readonly number[] {
  const xyz = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
  ];
  const [x = 0, y = 0, z = 0] = xyz.map((t) =>
    t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 3132 + 4 / 29,
  );
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test.run();
