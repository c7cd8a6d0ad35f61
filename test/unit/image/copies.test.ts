/** Copies: found by their pixels, and kept on one side of a division. */

import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CopyFinder,
  divideApart,
  firstsOf,
  parsePrint,
  pixelPrint,
  printText,
} from '../../../src/image/copies.js';
import { stratifiedFolds, stratifiedHoldout } from '../../../src/image/split.js';
import { deriveKey } from '../../../src/random/key.js';

const test = suite('image/copies');
const key = deriveKey(7, 'test', 'copies');

test('a copy names the first image with its pixels', () => {
  const finder = new CopyFinder();
  const images = [
    [1, 2, 3],
    [1, 2, 4],
    [1, 2, 3],
    [0, 0, 0, 0, 0],
    [1, 2, 3],
    [1, 2, 4],
  ];
  assert.equal(
    images.map((image) => finder.add(Uint8Array.from(image))),
    [undefined, undefined, 0, undefined, 0, 1],
  );
  assert.is(finder.copies, 3);
});

test('fingerprints: of the bytes alone, 53 bits, and back from their text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(12), (bytes, offset) => {
      const print = pixelPrint(bytes);
      const moved = new Uint8Array(offset + bytes.length + 3).fill(9);
      moved.set(bytes, offset);
      assert.is(pixelPrint(moved.subarray(offset, offset + bytes.length)), print);
      assert.ok(Number.isSafeInteger(print) && print >= 0);
      assert.is(parsePrint(printText(print)), print);
      const other = Uint8Array.from(bytes, (byte, i) =>
        i === offset % bytes.length ? byte ^ 1 : byte,
      );
      assert.is.not(pixelPrint(other), print);
    }),
  );
  assert.equal(['', 'g0000000000000', '20000000000000', '123'].map(parsePrint), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('no image is on both sides, and different images are divided as ever', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(30), fc.nat(3)), { minLength: 4, maxLength: 80 }),
      fc.boolean(),
      (rows, folds) => {
        const pixels = Uint8Array.from(rows, ([pixel]) => pixel);
        const labels = Uint8Array.from(rows, ([, label]) => label);
        const firsts = firstsOf(pixels, rows.length);
        const distinct = new Set(pixels).size;
        const take = Math.floor(distinct / 2);
        const divide = (list: Uint8Array) =>
          folds ? stratifiedFolds(list, 2, key) : stratifiedHoldout(list, take, key);
        const parts = divideApart<Uint8Array | Uint16Array>(labels, firsts, divide);
        assert.is(parts.length, rows.length);
        const sides = new Map<number, number>();
        for (const [i, pixel] of pixels.entries()) {
          assert.is(sides.get(pixel) ?? parts[i], parts[i]);
          sides.set(pixel, parts[i]!);
        }
        if (!folds) assert.is([...sides.values()].filter((side) => side === 1).length, take);
        if (distinct === rows.length) assert.equal(parts, divide(labels));
      },
    ),
  );
});

test.run();
