/** Sets that become one: what they must share, and what is said of the result. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Annotation } from '../../../src/idx/annotation.js';
import { joinSets } from '../../../src/idx/join.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('idx: join');
const base: Annotation = { fmnist: 1, history: [] };

function set(
  source: string,
  annotation: Partial<Annotation> | undefined,
  labels: readonly number[] | null = [0, 1],
  images: { type?: 'u8' | 'f32'; rows?: number; count?: number } = {},
) {
  return {
    source,
    at: 0,
    annotation: annotation && { ...base, ...annotation },
    labels: labels ? Uint8Array.from(labels) : undefined,
    images: { type: 'u8' as const, count: labels?.length ?? 2, rows: 3, columns: 3, ...images },
  };
}
const classes = ['a', 'b'];
const record = (program: string) => ({ program, version: '1' });

test('one set stays what it is', () => {
  const only = set('x', { dataset: 'd', note: 1, history: [record('p')] });
  const joined = joinSets([only]);
  assert.is(joined.annotation, only.annotation);
  assert.is(joined.parts, undefined);
});

test('labels and counts are put together', () => {
  const joined = joinSets([set('x', undefined, [0, 1]), set('y', undefined, [2])]);
  assert.equal([...(joined.labels ?? [])], [0, 1, 2]);
  assert.is(joined.images.count, 3);
  assert.is(joined.annotation, undefined);
});

test('the annotation keeps what all say, and the shared beginning of the history', () => {
  const joined = joinSets([
    set('x', {
      dataset: 'd',
      split: 'train',
      classes,
      note: { k: 1 },
      history: [record('p'), record('q')],
    }),
    set('y', {
      dataset: 'd',
      split: 'test',
      classes,
      note: { k: 1 },
      history: [record('p'), record('r')],
    }),
  ]);
  assert.equal(joined.annotation, {
    ...base,
    dataset: 'd',
    classes,
    note: { k: 1 },
    history: [record('p')],
  });
  assert.equal(joined.parts, [
    { images: 2, dataset: 'd', split: 'train', history: [record('q')] },
    { images: 2, dataset: 'd', split: 'test', history: [record('r')] },
  ]);
});

test('synthetic images anywhere make the whole synthetic', () => {
  const joined = joinSets([
    set('x', { dataset: 'd' }),
    set('y', { dataset: 'd', synthetic: true }),
  ]);
  assert.is(joined.annotation?.synthetic, true);
});

test('a set without class names may join one that has them', () => {
  const named = { classes, labels: [3, 9] };
  for (const sets of [
    [set('x', undefined, [9, 3]), set('y', named, [3, 9])],
    [set('x', named, [9, 3]), set('y', {}, [3, 9])],
  ]) {
    const { annotation } = joinSets(sets);
    assert.equal([annotation?.classes, annotation?.labels], [classes, [3, 9]]);
  }
});

const refusals: readonly [string, Parameters<typeof joinSets>[0], string][] = [
  [
    'sizes',
    [set('x', undefined), { ...set('y', undefined, [0, 1], { rows: 4 }), at: 44 }],
    'y: images of 4 × 3 pixels (at byte 44); 3 × 3 were expected, as in x',
  ],
  [
    'types',
    [set('x', undefined), set('y', undefined, [0, 1], { type: 'f32' })],
    'y: pixels of type f32; u8 was expected, as in x',
  ],
  [
    'labels here and none there',
    [set('-', undefined), set('y', undefined, null), set('z', undefined)],
    'y: images without labels; labels were expected, as in standard input',
  ],
  [
    'normalisations',
    [
      set('x', { normalization: scaleToUnit }, [0, 1], { type: 'f32' }),
      set('y', undefined, [0, 1], { type: 'f32' }),
    ],
    'y: an unknown normalisation; scale(mean 0, deviation 255) was expected, as in x',
  ],
  [
    'classes',
    [set('x', { classes }), set('y', { classes: ['b', 'a'] })],
    'y: classes b, a; a, b were expected, as in x',
  ],
  [
    'a label that is no class',
    [set('x', undefined, [0, 7]), set('y', { classes })],
    'x: label 7, which is none of the classes of y (a, b)',
  ],
];
for (const [what, sets, message] of refusals) {
  test(`different ${what}: the set is named`, async () => {
    assert.is(await troubleOf(() => joinSets(sets)), message);
  });
}

test.run();
