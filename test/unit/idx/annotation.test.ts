/** The annotation: round trip, and every way in which one from outside can be wrong. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Annotation,
  annotate,
  annotationLimit,
  decodeAnnotation,
  emptyAnnotation,
  encodeAnnotation,
} from '../../../src/idx/annotation.js';
import { classesOf, classFields, indexOfLabel, numberedClasses } from '../../../src/idx/classes.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('idx: annotation');
const decode = (bytes: Buffer | string) =>
  decodeAnnotation(Buffer.from(bytes as string), 'test', 8);

test('is an i8 item of rank 1 that holds JSON', () => {
  const item = encodeAnnotation({ fmnist: 1, dataset: 'größe', history: [] });
  const json = '{"fmnist":1,"dataset":"größe","history":[]}';
  assert.is(item.subarray(0, 4).toString('hex'), '00000901');
  assert.is(item.readUInt32BE(4), Buffer.byteLength(json));
  assert.is(item.subarray(8).toString('utf8'), json);
});

test('round trips, fields of other programs included', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (others, dataset) => {
      const annotation = {
        ...others,
        fmnist: 1,
        dataset,
        classes: ['a', 'b'],
        labels: [3, 255],
        normalization: scaleToUnit,
        history: [{ program: 'fmnist-x', version: '1', options: { seed: 3 } }],
      } as unknown as Annotation;
      const expected = JSON.parse(JSON.stringify(annotation));
      assert.equal(decode(encodeAnnotation(annotation).subarray(8)), expected);
    }),
  );
});

test('a missing history is an empty one', () => {
  assert.equal(decode('{"fmnist":1}'), emptyAnnotation);
});

test('numbers that are none are errors, not nulls', () => {
  const options = { rates: [1, Number.NaN] };
  assert.throws(
    () => encodeAnnotation(annotate(undefined, { program: 'fmnist-x', version: '1', options })),
    "field 'history[0].options.rates[1]' of a record is NaN; a finite number was expected",
  );
});

test('one too large for readers is not written', () => {
  const dataset = 'x'.repeat(annotationLimit);
  assert.throws(() => encodeAnnotation({ ...emptyAnnotation, dataset }), /readers take 67108864/);
});

test('annotate adds a record and changes, and leaves its input alone', () => {
  const input: Annotation = {
    fmnist: 1,
    split: 'train',
    history: [{ program: 'a', version: '1' }],
  };
  const before = structuredClone(input);
  const output = annotate(input, { program: 'b', version: '2' }, { split: 'validation' });
  assert.equal(output, {
    fmnist: 1,
    split: 'validation',
    history: [
      { program: 'a', version: '1' },
      { program: 'b', version: '2' },
    ],
  });
  assert.equal(input, before);
  assert.equal(annotate(undefined, { program: 'b', version: '2' }).history.length, 1);
});

test('wrong annotations are told apart', async () => {
  const where = 'test: the annotation at byte 8';
  const cases: [Buffer | string, string][] = [
    ['', `${where} is not UTF-8 JSON; a JSON object was expected`],
    ['{"fmnist":1', `${where} is not UTF-8 JSON; a JSON object was expected`],
    [
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      `${where} is not UTF-8 JSON; a JSON object was expected`,
    ],
    ['[]', `${where} is []; an object with the field fmnist was expected`],
    ['null', `${where} is null; an object with the field fmnist was expected`],
    ['{}', `${where} has version none; this program knows version 1`],
    ['{"fmnist":2}', `${where} has version 2; this program knows version 1`],
    ['{"fmnist":"1"}', `${where} has version "1"; this program knows version 1`],
    ['{"fmnist":1,"classes":"a"}', `${where}: classes is "a"; a list of names was expected`],
    ['{"fmnist":1,"dataset":5}', `${where}: dataset is 5; text was expected`],
    ['{"fmnist":1,"split":null}', `${where}: split is null; text was expected`],
    ['{"fmnist":1,"synthetic":1}', `${where}: synthetic is 1; true or false was expected`],
    ['{"fmnist":1,"classes":[1]}', `${where}: classes is [1]; a list of names was expected`],
    ['{"fmnist":1,"classes":[]}', `${where}: classes has 0 names; 1 to 256 were expected`],
    [
      JSON.stringify({ fmnist: 1, classes: new Array(257).fill('a') }),
      `${where}: classes has 257 names; 1 to 256 were expected`,
    ],
    [
      '{"fmnist":1,"classes":["a"],"labels":[256]}',
      `${where}: labels is [256]; a list of whole numbers from 0 to 255 was expected`,
    ],
    [
      '{"fmnist":1,"classes":["a"],"labels":[0.5]}',
      `${where}: labels is [0.5]; a list of whole numbers from 0 to 255 was expected`,
    ],
    [
      '{"fmnist":1,"classes":["a","b"],"labels":[2,1]}',
      `${where}: labels is [2,1]; ascending ones were expected`,
    ],
    [
      '{"fmnist":1,"classes":["a","b"],"labels":[1,1]}',
      `${where}: labels is [1,1]; ascending ones were expected`,
    ],
    [
      '{"fmnist":1,"labels":[1]}',
      `${where}: labels has 1 entries; one for each of the classes was expected`,
    ],
    [
      '{"fmnist":1,"classes":["a"],"labels":[1,2]}',
      `${where}: labels has 2 entries; one for each of the classes was expected`,
    ],
    ['{"fmnist":1,"history":{}}', `${where}: history is {}; a list of records was expected`],
    ['{"fmnist":1,"history":[1]}', `${where}: history is [1]; a list of records was expected`],
    ['{"fmnist":1,"normalization":7}', `${where}: normalization is 7; a record was expected`],
    ['{"fmnist":1,"normalization":null}', `${where}: normalization is null; a record was expected`],
  ];
  for (const [bytes, message] of cases) assert.is(await troubleOf(() => decode(bytes)), message);
});

test('classes: numbered from nought, named, or of labels of their own', () => {
  const plain = { fmnist: 1, classes: ['a', 'b'], history: [] } as const;
  assert.is(classesOf(undefined), undefined);
  assert.is(classesOf(emptyAnnotation), undefined);
  assert.equal(classesOf(plain), { names: ['a', 'b'], labels: [0, 1] });
  const letters = { ...plain, labels: [1, 26] };
  assert.equal(classesOf(letters), { names: ['a', 'b'], labels: [1, 26] });
  assert.equal(numberedClasses(2), { names: ['0', '1', '2'], labels: [0, 1, 2] });
  assert.equal(classFields({ names: ['a', 'b'], labels: [0, 1] }), { classes: ['a', 'b'] });
  assert.equal(classFields({ names: ['a', 'b'], labels: [1, 26] }), {
    classes: ['a', 'b'],
    labels: [1, 26],
  });
  const table = indexOfLabel({ names: ['a', 'b'], labels: [1, 26] });
  assert.is(table.length, 256);
  assert.equal([table[0], table[1], table[26], table[255]], [-1, 0, 1, -1]);
});

test.run();
