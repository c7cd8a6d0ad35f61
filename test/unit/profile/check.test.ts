/** Rules held against summaries: kept at the bound, broken beyond it, and broken by what is not known. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeAnnotation } from '../../../src/idx/annotation.js';
import { checkRule } from '../../../src/profile/check.js';
import { measureNames, ruleKind } from '../../../src/profile/measures.js';
import { type Rule, readDataRules } from '../../../src/profile/rules.js';
import type { Summary } from '../../../src/profile/summary.js';
import { gatherStreams, streamOf } from '../../support/gather.js';

const test = suite('image/statistics: check');

/** Ten images of 1 × 2 pixels: labels 0 (six times), 1 (three times) and 9, which is unknown; class 2 is empty. */
const labels = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 9]);
const pixels = Uint8Array.from([
  ...[0, 0, 10, 10, 5, 6, 0, 100, 0, 200, 50, 60],
  ...[0, 200, 30, 90, 1, 99],
  ...[255, 0],
]);
const annotation = encodeAnnotation({ fmnist: 1, classes: ['a', 'b', 'c'], history: [] });

async function summary(annotated = true): Promise<Summary> {
  const stream = streamOf(pixels, labels, 1, 2, annotated ? annotation : undefined);
  return (await gatherStreams([stream])).summary();
}

async function check(rule: Rule, annotated = true) {
  const [read] = readDataRules({ rules: [rule] });
  return checkRule(read!, await summary(annotated), 3);
}

test('every number can be asked for, and is held to its bounds inclusively', async () => {
  const whole = await summary();
  for (const name of measureNames().filter((name) => ruleKind(name) === 'number')) {
    const { value } = checkRule({ measure: name, min: -1e9 }, whole, 3);
    if (name === 'imbalance') {
      assert.is(value, undefined, 'a class is empty');
      continue;
    }
    if (/^class(Mean|Deviation)$/.test(name)) continue;
    assert.type(value, 'number', name);
    const at = value as number;
    if (!name.startsWith('class')) {
      assert.is(checkRule({ measure: name, min: at, max: at }, whole, 3).passed, true, name);
      assert.is(checkRule({ measure: name, is: at }, whole, 3).passed, true, name);
    }
    assert.is(checkRule({ measure: name, min: at + 1e-9 }, whole, 3).passed, false, name);
    assert.is(checkRule({ measure: name, max: at - 1e-9 }, whole, 3).passed, false, name);
  }
});

test('figures, as counted by hand', async () => {
  const value = async (measure: string) => (await check({ measure, min: -1e9 })).value;
  assert.is(await value('images'), 10);
  assert.is(await value('classes'), 3);
  assert.is(await value('emptyClasses'), 1);
  assert.is(await value('blank'), 2);
  assert.is(await value('nearConstant'), 1);
  assert.is(await value('blankShare'), 0.2);
  assert.is(await value('duplicates'), 1);
  assert.is(await value('conflictingGroups'), 1);
  assert.is(await value('unknownLabels'), 1);
  assert.ok(Math.abs(Number(await value('brightness.p50')) - 50) < 50 / 8192);
  assert.is(await value('contrast.max'), 127.5);
});

test('a rule about every class names those that break it, and the worst value', async () => {
  const broken = await check({ measure: 'classCount', min: 4 });
  assert.equal([broken.passed, broken.value, broken.labels], [false, 0, [1, 2]]);
  assert.is(broken.sentence, 'classCount is 0 at worst (labels 1, 2); at least 4 was expected');
  const dim = await check({ measure: 'classMean', min: 40 });
  // The mean of class 2 is not known, which is as bad as can be.
  assert.equal([dim.passed, dim.value, dim.labels], [false, undefined, [0, 2]]);
  assert.is((await check({ measure: 'classShare', max: 0.6 })).passed, true);
});

test('labels that may not be there are named, with their images', async () => {
  const broken = await check({ measure: 'labels', in: [0, 2] });
  assert.equal(broken.labels, [1, 9]);
  assert.equal([broken.count, broken.rows], [4, [6, 7, 8]]);
  assert.is(broken.sentence, 'labels 1, 9 are there; nothing but 0, 2 was expected');
  assert.is((await check({ measure: 'labels', in: [0, 1, 9, 10] })).passed, true);
});

test('images at fault are named where a count is too high', async () => {
  const { count, rows } = await check({ measure: 'unknownLabelShare', max: 0 });
  assert.equal([count, rows], [1, [9]]);
  const duplicates = await check({ measure: 'duplicates', max: 0 });
  assert.equal([duplicates.count, duplicates.rows], [1, [6]]);
});

test('what is not known keeps no rule', async () => {
  const unknown = await check({ measure: 'unknownLabels', max: 10 }, false);
  assert.equal([unknown.passed, 'value' in unknown], [false, false]);
  assert.is(unknown.sentence, 'unknownLabels is not known; at most 10 was expected');
  const imbalance = await check({ measure: 'imbalance', max: 100 });
  assert.is(imbalance.passed, false);
});

test('shape and pixel type', async () => {
  assert.is((await check({ measure: 'shape', is: [1, 2] })).passed, true);
  const turned = await check({ measure: 'shape', is: [2, 1], name: 'upright' });
  assert.is(turned.sentence, 'shape is 1 × 2; 2 × 1 was expected');
  assert.is(turned.name, 'upright');
  assert.is((await check({ measure: 'pixelType', is: 'u8' })).passed, true);
  assert.is((await check({ measure: 'pixelType', is: 'f32' })).passed, false);
});

test.run();
