/** Items into sets: what belongs together, and what cannot. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SetAssembler } from '../../../src/idx/assemble.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('idx: assemble');
const place = (source: string, at = 0) => ({ source, at });
const labels = (count: number) => new Uint8Array(count);
const images = (count: number) => ({ type: 'u8', count, rows: 2, columns: 2 }) as const;
const note = { fmnist: 1, history: [] } as const;
const assembler = () => new SetAssembler<string>();

test('labels and images pair up in either order, across sources', () => {
  const items = assembler();
  items.labels(labels(3), place('l1'));
  items.images(images(3), 'first', place('i1'));
  items.images(images(4), 'second', place('i2'));
  items.labels(labels(4), place('l2'));
  items.end();
  assert.equal(
    items.sets.map((set) => [set.source, set.store, set.labels?.length, set.images.count]),
    [
      ['i1', 'first', 3, 3],
      ['i2', 'second', 4, 4],
    ],
  );
});

test('images that no labels follow stand alone', () => {
  const items = assembler();
  items.images(images(3), 'a', place('x'));
  items.images(images(2), 'b', place('x', 99));
  items.end();
  assert.equal(
    items.sets.map((set) => set.labels),
    [undefined, undefined],
  );
  assert.equal(
    items.sets.map((set) => set.at),
    [0, 99],
  );
});

test('an annotation opens a set and parts it from the one before', () => {
  const items = assembler();
  items.images(images(2), 'a', place('x'));
  items.annotation(note, place('x', 50));
  items.labels(labels(2), place('x', 80));
  items.images(images(2), 'b', place('x', 90));
  items.end();
  assert.equal(
    items.sets.map((set) => [set.annotation, set.labels?.length]),
    [
      [undefined, undefined],
      [note, 2],
    ],
  );
});

test('a set of another format stands between', () => {
  const items = assembler();
  items.images(images(2), 'a', place('x'));
  items.whole({
    source: 'y',
    annotation: undefined,
    labels: labels(1),
    images: images(1),
    store: 'b',
  });
  assert.equal(
    items.sets.map((set) => set.source),
    ['x', 'y'],
  );
  items.labels(labels(2), place('x'));
  assert.throws(() => items.end(), /^x: 2 labels at byte 0 without images/);
});

test('truncating shortens the last set, labels and all', () => {
  const items = assembler();
  items.labels(labels(3), place('x'));
  items.images(images(3), 'a', place('x'));
  items.truncate(2);
  assert.equal(
    items.sets.map((set) => [set.images.count, set.labels?.length]),
    [[2, 2]],
  );
});

const faults: readonly [string, (items: SetAssembler<string>) => void, string][] = [
  [
    'labels behind labels',
    (items) => {
      items.labels(labels(3), place('a'));
      items.labels(labels(4), place('b', 11));
    },
    'b: more labels at byte 11, behind 3 labels; their images were expected',
  ],
  [
    'labels without images',
    (items) => items.labels(labels(3), place('-', 5)),
    'standard input: 3 labels at byte 5 without images; images were expected behind',
  ],
  [
    'two annotations',
    (items) => {
      items.annotation(note, place('a'));
      items.annotation(note, place('a', 30));
    },
    'a: a second annotation at byte 30; labels or images were expected',
  ],
  [
    'an annotation alone',
    (items) => items.annotation(note, place('a')),
    'a: an annotation at byte 0 without images; images were expected behind',
  ],
  [
    'an annotation between labels and images',
    (items) => {
      items.labels(labels(3), place('a'));
      items.annotation(note, place('b'));
    },
    'a: 3 labels at byte 0 without images; images were expected behind',
  ],
  [
    'counts that differ',
    (items) => {
      items.labels(labels(3), place('a'));
      items.images(images(4), 'x', place('b'));
    },
    'b: has 3 labels and 4 images; one label an image was expected',
  ],
];
for (const [what, work, message] of faults) {
  test(`${what}: refused`, async () => {
    const items = assembler();
    assert.is(
      await troubleOf(() => {
        work(items);
        items.end();
      }),
      message,
    );
  });
}

test.run();
