/** Every figure against NumPy's and SciPy's on a recorded set, raw and normalised (make-reference.py makes reference.json). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Quantiles } from '../../../src/ndjson/statistics-records.js';
import { balanceOf } from '../../../src/profile/summary.js';
import { difference } from '../../support/close.js';
import { gatherStreams, streamOf } from '../../support/gather.js';
import { paths } from '../../support/paths.js';

interface Expected {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  readonly meanImage: number[];
  readonly deviationImage: number[];
  readonly classes: {
    readonly label: number;
    readonly count: number;
    readonly mean: number;
    readonly deviation: number;
    readonly meanImage: number[];
  }[];
  readonly ratio: number;
  readonly evenness: number;
  readonly brightness: number[];
  readonly contrast: number[];
  readonly blank: number[];
  readonly deviations: number[];
  readonly duplicates: object;
  readonly histogram: number[];
}

const test = suite('image/statistics: reference');
const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/profile/reference.json'), 'utf8'),
) as {
  rows: number;
  columns: number;
  labels: number[];
  pixels: number[];
  floats: number[];
  u8: Expected;
  f32: Expected;
};
const { rows, columns } = reference;
const labels = Uint8Array.from(reference.labels);
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) =>
  assert.is(difference(actual, expected, { relative: tolerance, absolute: tolerance }), undefined);

for (const type of ['u8', 'f32'] as const) {
  const expected = reference[type];
  const pixels =
    type === 'u8' ? Uint8Array.from(reference.pixels) : Float32Array.from(reference.floats);
  const stream = streamOf(pixels, labels, rows, columns);
  const summarized = gatherStreams([stream], 100).then((gathering) => gathering.summary());
  // Raw pixels are whole numbers; NumPy's own sums of the others carry rounding.
  const tolerance = type === 'u8' ? 1e-13 : 1e-12;

  test(`${type}: pixels`, async () => {
    const { pixels: found, images } = await summarized;
    assert.ok(found);
    assert.is(images, labels.length);
    const { mean, deviation, min, max } = found;
    close(
      [mean, deviation, min, max],
      [expected.mean, expected.deviation, expected.min, expected.max],
      tolerance,
    );
    close(found.meanImage, expected.meanImage, tolerance);
    if (type === 'u8') close(found.deviationImage ?? [], expected.deviationImage, tolerance);
    if (type === 'u8') assert.equal(found.histogram.counts, expected.histogram);
    assert.is(
      found.histogram.counts.reduce((a, b) => a + b, 0),
      pixels.length,
    );
  });

  test(`${type}: classes`, async () => {
    const { classes: all } = await summarized;
    // Nothing names them: 0, which no image has, is one too, as in training.
    const classes = all.filter(({ count }) => count > 0);
    const balance = balanceOf(classes);
    assert.equal(
      classes.map(({ label, count }) => [label, count]),
      expected.classes.map(({ label, count }) => [label, count]),
    );
    for (const [i, of] of expected.classes.entries()) {
      const found = classes[i];
      close([found?.mean ?? 0, found?.deviation ?? 0], [of.mean, of.deviation], tolerance);
      close(found?.meanImage ?? [], of.meanImage, tolerance);
    }
    assert.is(balance.ratio, expected.ratio);
    close([balance.evenness], [expected.evenness], 1e-14);
  });

  test(`${type}: brightness and contrast, to the sketch's 1 in 8,192`, async () => {
    const { pixels: found } = await summarized;
    const values = (spread: Quantiles | undefined) => Object.values(spread ?? {}) as number[];
    close(values(found?.brightness), expected.brightness, 1 / 8192);
    close(values(found?.contrast), expected.contrast, 1 / 8192);
  });

  test(`${type}: blank, nearly constant and duplicate images`, async () => {
    const summary = await summarized;
    assert.equal(summary.blank.rows, expected.blank);
    const nearly = expected.deviations
      .map((deviation, i) => (deviation < (type === 'u8' ? 2 : 0.01) ? i : -1))
      .filter((i) => i >= 0 && !expected.blank.includes(i));
    assert.equal(summary.nearConstant, { count: nearly.length, rows: nearly });
    assert.equal(summary.duplicates, expected.duplicates);
  });
}

test.run();
