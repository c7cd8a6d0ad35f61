import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { plainText } from '../../../src/picture/ansi.js';
import { predictionText } from '../../../src/picture/prediction-text.js';
import { printable } from '../../../src/picture/printable.js';
import { textWidth } from '../../../src/picture/text-width.js';

const test = suite('picture/prediction-text');
const classes = { names: ['短い', 'long\u001b[2Jname', 'c'], labels: [1, 2, 3] };
const rows = {
  start: 9,
  count: 2,
  labels: Uint8Array.of(1, 3),
  probabilities: Float32Array.of(0.75, 0.25, 0, 0.125, 0.75, 0.125),
};

test('one aligned line an image, right and wrong marked, control characters shown harmless', () => {
  const text = predictionText({ classes, top: 1, images: 11, level: 0, width: 60 })(rows);
  const lines = text.split('\n');
  assert.is(lines[0], ' 9  ✓ 短い          75.0 % ███████▌');
  assert.is(lines[1], '10  ✗ long\ufffd[2Jname  75.0 % ███████▌   is c');
  assert.is(lines.length, 3);
});

test('colours change no width, and unknown labels leave no mark', () => {
  const options = { classes, top: 3, images: 11, width: 60 };
  const coloured = predictionText({ ...options, level: 3 })(rows);
  assert.is(plainText(coloured), predictionText({ ...options, level: 0 })(rows));
  const unlabelled = predictionText({ ...options, level: 0 })({ ...rows, labels: undefined });
  assert.match(unlabelled, /^ 9 {2}短い .* long\ufffd\[2Jname 25\.0 %, c 0\.0 %\n/);
});

test('printable text obeys no one', () => {
  assert.is(printable('a\u001b]0;x\u0007b\u202e\nc'), 'a\ufffd]0;x\ufffdb\ufffd\ufffdc');
  assert.is(printable('Übergröße 四角 قميص'), 'Übergröße 四角 قميص');
  assert.is(textWidth('短い'), 4);
});

test.run();
