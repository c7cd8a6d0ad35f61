import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coverage } from '../../../../src/datasets/synthetic/raster.js';
import {
  type PlanePoint,
  place,
  stroke,
  symmetric,
} from '../../../../src/datasets/synthetic/shape.js';
import { isClose } from '../../../support/close.js';

const test = suite('synthetic garments: geometry');
const area = (outline: readonly PlanePoint[]) =>
  coverage(outline, 28).reduce((sum, value) => sum + value, 0);
const box = (x: number, y: number, width: number, height: number): PlanePoint[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

test('a box on quarter rows covers exactly its area, wherever its sides are', () => {
  const quarter = fc.integer({ min: 0, max: 40 }).map((n) => n / 4);
  const anywhere = fc.double({ min: 0, max: 13, noNaN: true });
  fc.assert(
    fc.property(
      anywhere,
      quarter,
      anywhere,
      quarter,
      (x, y, width, height) =>
        isClose(area(box(x - 13, y - 10, width, height)), width * height, 1e-5) ||
        width * height < 1e-3,
    ),
  );
});

test('a pixel that is covered by a quarter', () => {
  const mask = coverage(box(0, 0, 0.5, 0.5), 4);
  assert.is(mask[2 * 4 + 2], 0.25);
  assert.is(
    mask.reduce((sum, value) => sum + value, 0),
    0.25,
  );
});

test('what lies outside of the picture is cut off', () => {
  assert.is(area(box(-100, -100, 200, 200)), 784);
  assert.is(area(box(20, 20, 5, 5)), 0);
});

test('a hole in an outline that runs round twice stays open (even-odd)', () => {
  const ring = [...box(-4, -4, 8, 8), [-4, -4] as const, ...box(-2, -2, 4, 4), [-2, -2] as const];
  assert.is(area(ring), 48);
});

test('halves are mirrored, strokes have their width, poses turn', () => {
  const half: PlanePoint[] = [
    [0, -1],
    [2, -1],
    [2, 1],
    [0, 1],
  ];
  assert.is(area(symmetric(half)), 8);
  const line: PlanePoint[] = [
    [-5, 0],
    [5, 0],
  ];
  assert.is(area(stroke(line, 2)), 20);
  const pose = { turn: Math.PI / 2, scaleX: 2, scaleY: 1, moveX: 1, moveY: 0 };
  const [turned] = place([[1, 0]], pose) as [PlanePoint];
  assert.ok(isClose(turned[0], 1) && isClose(turned[1], 2));
});

test.run();
