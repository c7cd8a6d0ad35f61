/** Contract of an adopted model: normalisation in words, classes and their order, and the verdict of a trial. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseNormalization, unnormalized } from '../../../src/adopt/contract.js';
import type { TrialResult } from '../../../src/adopt/trial.js';
import { warningsOf } from '../../../src/adopt/verdict.js';
import { classesByLabels, orderOf, readClasses } from '../../../src/datasets/named-classes.js';
import { threeClasses, withFiles } from '../../support/foreign-model.js';

const test = suite('contract');

test('normalisation: of pixels 0 to 1 up to 1, else of pixels 0 to 255', () => {
  const of = (text: string) => {
    const { mean, deviation } = parseNormalization(text);
    return [mean[0]!, deviation[0]!].map((value) => Number(value.toFixed(6)));
  };
  assert.equal(of('none'), [0, 1]);
  assert.equal(of('scale'), [0, 255]);
  assert.equal(of('0.1307,0.3081'), [33.3285, 78.5655]);
  assert.equal(of('0.5, 0.5'), [127.5, 127.5]);
  assert.equal(of('0.5,1'), [127.5, 255]);
  assert.equal(of('127.5,127.5'), [127.5, 127.5]);
  assert.equal(of('0,255'), [0, 255]);
  assert.equal(of('103.9,1'), [103.9, 1]);
  for (const text of [
    '0,1',
    '',
    '1',
    'a,b',
    '1,2,3',
    ',1',
    '0.5,0',
    '-1,1',
    '0.5,-0.5',
    '300,1',
    '0.5,NaN',
    'Infinity,1',
  ])
    assert.throws(() => parseNormalization(text), /was expected|were expected/, text);
});

test('classes: names, lines of a file, or a known data set', async () => {
  assert.equal(await readClasses('x, y'), { names: ['x', 'y'], labels: [0, 1] });
  assert.is((await readClasses('fashion-mnist')).names[9], 'Ankle boot');
  assert.is((await readClasses('emnist-letters')).labels[0], 1);
  await withFiles({ c: Buffer.from('x,1\r\ny\r\n') }, async (path) => {
    assert.equal((await readClasses(path('c'))).names, ['x,1', 'y']);
  });
  for (const text of ['a,,b', 'a,b,a', ','])
    await readClasses(text).then(
      () => assert.unreachable(text),
      (error) => assert.instance(error, RangeError),
    );
});

test('the order in which a model gives its classes', () => {
  assert.equal(orderOf(threeClasses, ['c', 'a', 'b']), [1, 2, 0]);
  assert.throws(() => orderOf(threeClasses, ['c', 'a', 'd']), /a, b, c were expected/);
  assert.throws(() => orderOf(threeClasses, ['c', 'a']), /a, b, c were expected/);
  assert.equal(classesByLabels(threeClasses, [3, 7, 1]), {
    classes: { names: ['a', 'b', 'c'], labels: [1, 3, 7] },
    order: [2, 0, 1],
  });
  assert.equal(classesByLabels(threeClasses, ['b', 'c', 'a']).order, [2, 0, 1]);
  assert.throws(() => classesByLabels(threeClasses, [0, 1]), /are 2 in the model/);
  assert.throws(() => classesByLabels(threeClasses, [0, 1, 300]), /0 to 255/);
});

const count = 300;
const truths = Int16Array.from({ length: count }, (_, i) => i % 3);
/** Right on the first `right` images. */
function outcome(words: string, right: number, wrong = 1): TrialResult {
  const predictions = truths.map((truth, i) => (i < right ? truth : (truth + wrong) % 3));
  return { words, accuracy: right / count, predictions };
}
const contract = {
  ...{ rows: 2, columns: 3, classes: threeClasses, order: [0, 1, 2] },
  ...{ normalization: unnormalized, invert: false, transpose: false },
};
const warnings = (own: TrialResult, ...others: TrialResult[]) =>
  warningsOf(
    { images: { count, pixels: new Uint8Array(6 * count), truths }, own, others },
    contract,
  );

test('a trial warns of a contract that is clearly better, and of none that may be by chance', () => {
  assert.equal(warnings(outcome('', 200), outcome('with --invert', 203)), []);
  const [text, ...more] = warnings(
    outcome('', 200),
    outcome('with --invert', 260),
    outcome('x', 100),
  );
  assert.is(more.length, 0);
  assert.is(
    text,
    'the contract seems to be another one: 86.7 % are right with --invert, 66.7 % as it was given',
  );
});

test('a trial finds classes in another order', () => {
  // Whatever is an a is called b, a b c, and a c a.
  assert.match(warnings(outcome('', 30))[0]!, /90\.0 % are right with --order 'c,a,b', 10\.0 % as/);
  const sorted = { ...contract, order: [1, 2, 0] };
  const images = { count, pixels: new Uint8Array(), truths };
  assert.match(
    warningsOf({ images, own: outcome('', 30), others: [] }, sorted)[0]!,
    /--order 'b,c,a'/,
  );
});

test('a trial warns of a model that is no better than the commonest class', () => {
  const own = { words: '', accuracy: 1 / 3, predictions: new Int16Array(count) };
  assert.match(warnings(own, own)[0]!, /no better than naming the commonest class/);
});

test.run();
