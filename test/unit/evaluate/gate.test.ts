import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGate, type Gate, parseGate } from '../../../src/evaluate/gate.js';
import { Evaluator } from '../../../src/metrics/evaluator.js';

const test = suite('evaluate/gate');
const classes = { names: ['T-shirt/top', 'a.b=c'], labels: [1, 7] };

/** Two of the first class, one of them recognised, and one of the second, recognised: accuracy 2/3. */
function evaluation() {
  const evaluator = new Evaluator(2);
  const probabilities = Float32Array.of(0.5, 0.5);
  for (const [index, [truth, prediction]] of (
    [
      [0, 0],
      [0, 1],
      [1, 1],
    ] as const
  ).entries())
    evaluator.add({ index, truth, prediction, probabilities });
  return evaluator.finish();
}

const check = (text: string, side: Gate['side']) =>
  checkGate(parseGate(text, side, Number), evaluation(), classes);

test('a figure on the bound passes', () => {
  assert.ok(check('macroRecall=0.75', 'below').passed);
  assert.ok(check('macroRecall=0.75', 'above').passed);
  assert.not.ok(check('macroRecall=0.7500001', 'below').passed);
  assert.not.ok(check('macroRecall=0.7499999', 'above').passed);
});

test('a class by name or label, whatever signs its name holds', () => {
  assert.is(check('recall.T-shirt/top=0.4', 'below').value, 0.5);
  assert.is(check('recall.1=0.4', 'below').className, 'T-shirt/top');
  assert.is(check('precision.a.b=c=0.4', 'below').value, 0.5);
});

test('without a class, the worst one decides', () => {
  const result = check('recall=0.6', 'below');
  assert.equal([result.className, result.value, result.passed], ['T-shirt/top', 0.5, false]);
  assert.is(check('recall=0.6', 'above').className, 'a.b=c');
});

test('an undefined figure fails', () => {
  const evaluator = new Evaluator(2);
  evaluator.add({ index: 0, truth: 0, prediction: 0, probabilities: Float32Array.of(1, 0) });
  const result = checkGate(parseGate('cohenKappa=0', 'below', Number), evaluator.finish(), classes);
  assert.is(result.passed, false);
  assert.is(result.value, undefined);
});

test('what is no gate is refused', () => {
  assert.throws(() => parseGate('accuracy', 'below', Number), /is not FIGURE=BOUND/);
  assert.throws(() => parseGate('=1', 'below', Number), /is not FIGURE=BOUND/);
  assert.throws(() => parseGate('acuracy=1', 'below', Number), /did you mean accuracy\?/);
  assert.throws(() => parseGate('logLoss.Shirt=1', 'below', Number), /no figure of a class/);
  assert.throws(() => check('recall.Shirt=1', 'below'), /no class 'Shirt'; there are T-shirt/);
});

test.run();
