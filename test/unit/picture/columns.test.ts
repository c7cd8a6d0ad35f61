/** Histograms of block characters. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coarser, columns, logarithmicShares } from '../../../src/picture/columns.js';

const test = suite('picture: columns');

test('heights are in eighths of a line, the topmost line first', () => {
  assert.equal(columns([0, 0.25, 0.5, 0.75, 1], 1), [' ▂▄▆█']);
  assert.equal(columns([0, 0.25, 0.5, 0.75, 1], 2), ['   ▄█', ' ▄███']);
  assert.equal(columns([1 / 16, 9 / 16], 2), [' ▁', '▁█']);
});

test('what is above 0 shows, what is beyond 1 stops there, no number is no column', () => {
  assert.equal(columns([1e-9, 7, Number.NaN, -1, 1], 1), ['▁█  █']);
});

test('neighbours are added up, and none is lost', () => {
  assert.equal(coarser([1, 2, 3, 4, 5], 5), [1, 2, 3, 4, 5]);
  assert.equal(coarser([1, 2, 3, 4, 5], 3), [3, 7, 5]);
  assert.equal(coarser([1, 2, 3, 4, 5], 1), [15]);
  assert.equal(coarser([], 3), []);
});

test('logarithmic heights: the largest fills the line, the smallest still stands, 0 does not', () => {
  const [zero, one, ten, hundred] = logarithmicShares([0, 1, 10, 100]);
  assert.is(zero, 0);
  assert.is(hundred, 1);
  assert.ok(one! > 0.1 && one! < 0.15);
  assert.ok(Math.abs(ten! - (one! + 1) / 2) < 1e-12);
  assert.equal(logarithmicShares([0, 7, 7]), [0, 1, 1]);
  assert.equal(logarithmicShares([0, 0]), [0, 0]);
});

test.run();
