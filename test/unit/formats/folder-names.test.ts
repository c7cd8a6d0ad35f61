/** Classes as folders: there and back, on any file system. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  folderOfName,
  foldersOf,
  labelOfFolder,
  nameOfFolder,
} from '../../../src/formats/folder-names.js';

const test = suite('convert: folder names');

test('what file names cannot hold is written out', () => {
  assert.is(folderOfName('T-shirt/top'), 'T-shirt%2Ftop');
  assert.is(folderOfName('Ankle boot'), 'Ankle boot');
  assert.is(folderOfName('..'), '%2E%2E');
  assert.is(folderOfName('.hidden'), '%2Ehidden');
  assert.is(folderOfName('100 %'), '100 %25');
  assert.is(folderOfName('a\nb\0'), 'a%0Ab%00');
  assert.is(folderOfName('Hausschuh über'), 'Hausschuh über');
  assert.is(nameOfFolder('100%'), '100%');
});

test('every name comes back, and is a file name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (name) => {
      const folder = folderOfName(name);
      assert.is(nameOfFolder(folder), name);
      assert.not.match(folder, /[/\\\0]|^\.|[. ]$/);
    }),
  );
});

const classes = { names: ['Coat', 'Bag', 'T/s'], labels: [2, 5, 9] };

test('folders are named by class where every label has a name of its own, else by number', () => {
  assert.equal(
    [...foldersOf([2, 9], classes)],
    [
      [2, 'Coat'],
      [9, 'T%2Fs'],
    ],
  );
  assert.equal(
    [...foldersOf([2, 4], classes)],
    [
      [2, 'label-2'],
      [4, 'label-4'],
    ],
  );
  assert.equal(
    [...foldersOf([0, 7], undefined)],
    [
      [0, '0'],
      [7, '7'],
    ],
  );
  const alike = { names: ['coat', 'Coat'], labels: [0, 1] };
  assert.equal([...foldersOf([0, 1], alike).values()], ['label-0', 'label-1']);
  assert.equal([...foldersOf([0], { names: [''], labels: [0] }).values()], ['label-0']);
});

test('labels are found again', () => {
  assert.is(labelOfFolder('T%2Fs', classes), 9);
  assert.is(labelOfFolder('label-4', classes), 4);
  assert.is(labelOfFolder('4', classes), undefined);
  assert.is(labelOfFolder('7', undefined), 7);
  assert.is(labelOfFolder('256', undefined), undefined);
  assert.is(labelOfFolder('Coat', undefined), undefined);
});

test.run();
