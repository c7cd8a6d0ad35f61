/** fmnist-augment as a whole: what its stream says and holds, on images of any size and labels of any kind. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import augment from '../../../src/cmd/augment.js';
import type { Annotation } from '../../../src/idx/annotation.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { type Augmenter, openAugmenter } from '../../../src/image/augment/augment.js';
import { copyImages } from '../../../src/image/augment/copies.js';
import { presets } from '../../../src/image/augment/spec.js';
import { deriveKey } from '../../../src/random/key.js';
import { runInMemory } from '../../support/memory-io.js';
import { type MadeSetOptions, makeSet, readerOf } from '../../support/streams.js';

const test = suite('cmd: augment');

async function augmented(made: MadeSetOptions, ...words: string[]) {
  const run = await runInMemory(augment, words, makeSet(made).bytes);
  assert.is(run.status, 0, run.stderr);
  const set = await openSet(readerOf(run.stdout), { labels: 'optional' });
  const pixels: number[] = [];
  for await (const batch of set.batches()) pixels.push(...batch.pixels);
  return { ...set, annotation: set.annotation, labels: set.labels, pixels, stderr: run.stderr };
}

test('copies are what the augmenters of epochs 1, 2, … make; originals stand before them', async () => {
  const made = { rows: 5, columns: 4, count: 7, classes: [26, 3] };
  const { pixels, labels, images } = await augmented(
    made,
    ...['--preset', 'reference', '--copies', '2', '--keep', '--seed', '9'],
  );
  assert.equal(images, { type: 'u8', count: 21, rows: 5, columns: 4 });
  assert.equal(
    [...(labels ?? [])],
    [26, 3, 26, 3, 26, 3, 26].flatMap((label) => [label, label, label]),
  );
  const { pixels: raw } = makeSet(made);
  const key = deriveKey(9, 'fmnist-augment', 'images');
  const expected = Array.from({ length: 7 }, (_, i) => {
    const source = { pixels: raw as Uint8Array, at: 20 * i };
    const copies = [1, 2].map((copy) => {
      const out = new Uint8Array(20);
      openAugmenter(presets.reference, images, key, copy)(source, i, { pixels: out, at: 0 });
      return [...out];
    });
    return [...raw.subarray(20 * i, 20 * i + 20), ...copies.flat()];
  });
  assert.equal(pixels, expected.flat());
});

test('the annotation goes through; the history has the settings, as a recipe has them', async () => {
  const annotation: Partial<Annotation> = { dataset: 'made', split: 'train', note: [1] };
  const { annotation: given } = await augmented(
    { annotation },
    ...['--preset', 'light', '--erase', '0.5', '--flip', 'none', '--keep'],
  );
  const { history, ...rest } = given!;
  assert.equal(rest, { fmnist: 1, ...annotation });
  assert.equal(history.length, 1);
  assert.is(history[0]?.program, 'fmnist-augment');
  assert.equal(history[0]?.options, {
    translate: 2,
    fill: 'zero',
    erase: 0.5,
    copies: 1,
    keep: true,
    seed: 0,
  });
});

test('no annotation in, one out; none with --bare', async () => {
  assert.is((await augmented({}, '--rotate', '5')).annotation?.history.length, 1);
  assert.is((await augmented({}, '--rotate', '5', '--bare')).annotation, undefined);
});

test('an empty set stays one; a single pixel is accepted', async () => {
  assert.is((await augmented({ count: 0 }, '--preset', 'reference')).images.count, 0);
  const erased = ['--erase', '1', '--erase-with', 'zero'];
  const { pixels } = await augmented(
    { rows: 1, columns: 1 },
    ...['--preset', 'reference', ...erased],
  );
  assert.equal(pixels, Array(12).fill(0));
});

test('more images than a stream can count are refused before anything is written', async () => {
  const { bytes } = makeSet({ count: 70000, rows: 1, columns: 1 });
  const run = await runInMemory(augment, ['--rotate', '1', '--copies', '65535'], bytes);
  assert.is(run.status, 1);
  assert.is(run.stdout.length, 0);
  assert.match(run.stderr, 'has 70000 images; 65535 of each are more than the 4294967295');
});

test('pieces of copies, joined, are all copies, however the batches are cut', () => {
  const size = { rows: 700, columns: 700 };
  const unit = size.rows * size.columns;
  /** Marks where it was: copy number in the first byte, image number in the second. */
  const mark =
    (copy: number): Augmenter =>
    (_source, index, { pixels, at }) => {
      pixels[at] = copy;
      pixels[at + 1] = index;
    };
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (count, copies, keep) => {
        const pixels = new Uint8Array(count * unit).fill(200);
        const augmenters = Array.from({ length: copies }, (_, i) => mark(i + 1));
        const marks: number[][] = [];
        for (const piece of copyImages({ start: 10, count, pixels }, size, augmenters, keep)) {
          assert.ok(piece.length <= 1 << 20 && piece.length % unit === 0);
          for (let at = 0; at < piece.length; at += unit)
            marks.push([...piece.subarray(at, at + 2)]);
        }
        const expected = Array.from({ length: count }, (_, i) => [
          ...(keep ? [[200, 200]] : []),
          ...Array.from({ length: copies }, (_, copy) => [copy + 1, 10 + i]),
        ]);
        assert.equal(marks, expected.flat());
      },
    ),
    { numRuns: 12 },
  );
});

test.run();
