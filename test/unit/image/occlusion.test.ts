/** Occlusion: where the patches lie, and what their loss comes to, by hand. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  logOdds,
  occludedImages,
  occlusionMap,
  planOcclusion,
} from '../../../src/image/occlusion.js';

const test = suite('image/occlusion');
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);

test('patches of a fifth, at steps of a third, to the edge; every pixel is covered', () => {
  const plan = planOcclusion(28, 28);
  assert.equal([plan.patchRows, plan.patchColumns, plan.places.length], [6, 6, 144]);
  assert.equal(
    [plan.places[1], plan.places.at(-1)],
    [
      [0, 2],
      [22, 22],
    ],
  );
  for (const [rows, columns] of [
    [1, 1],
    [1, 9],
    [7, 31],
    [200, 64],
  ] as const) {
    const { places, patchRows, patchColumns } = planOcclusion(rows, columns);
    assert.ok(places.length <= 361, `${places.length}`);
    const covered = new Set(
      places.flatMap(([top, left]) =>
        Array.from({ length: patchRows * patchColumns }, (_, i) => {
          const [row, column] = [top + Math.floor(i / patchColumns), left + (i % patchColumns)];
          assert.ok(row < rows && column < columns);
          return row * columns + column;
        }),
      ),
    );
    assert.is(covered.size, rows * columns);
  }
});

test('the image first, then one with each patch wiped', () => {
  const plan = {
    rows: 2,
    columns: 3,
    patchRows: 1,
    patchColumns: 2,
    places: [
      [0, 0],
      [1, 1],
    ],
  } as const;
  const images = occludedImages(Uint8Array.of(1, 2, 3, 4, 5, 6), plan, 9);
  assert.equal([...images], [1, 2, 3, 4, 5, 6, 9, 9, 3, 4, 5, 6, 1, 2, 3, 4, 9, 9]);
});

test('log-odds, from logits however large', () => {
  close(logOdds(Float32Array.of(1, 3), 1), 2);
  // p = e² / (e² + 2): the odds are e² / 2.
  close(logOdds(Float32Array.of(0, 2, 0), 1), 2 - Math.log(2));
  assert.is(logOdds(Float32Array.of(0, 500), 1), 500);
  assert.is(logOdds(Float32Array.of(7), 0), 0);
});

test('a pixel has the mean loss of the patches that cover it', () => {
  const plan = {
    rows: 1,
    columns: 3,
    patchRows: 1,
    patchColumns: 2,
    places: [
      [0, 0],
      [0, 1],
    ],
  } as const;
  // Log-odds of class 1: 4 as it is, 1 without the left, 5 without the right.
  const logits = Float32Array.of(0, 4, 0, 1, 0, 5);
  assert.equal([...occlusionMap(logits, 1, plan)], [3, 1, -1]);
  assert.equal([...occlusionMap(logits, 0, plan)], [-3, -1, 1]);
});

test.run();
