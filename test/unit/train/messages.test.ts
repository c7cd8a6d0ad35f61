/** What a training run says. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperationalError } from '../../../src/core/errors.js';
import { DivergedError } from '../../../src/engine/engine.js';
import type { EpochRecord } from '../../../src/ndjson/records.js';
import {
  describeFailure,
  describeOutcome,
  epochLine,
  progressNote,
} from '../../../src/train/messages.js';
import { readRecipe } from '../../../src/train/recipe.js';

const test = suite('words of training');
const recipe = readRecipe({
  name: 'x',
  model: { layers: [{ kind: 'flatten' }] },
  optimizer: { kind: 'sgd', learningRate: 0.0003 },
  epochs: 20,
  stopping: { patience: 3 },
});
const record: EpochRecord = {
  type: 'epoch',
  epoch: 4,
  step: 400,
  learningRate: 0.1,
  loss: 0.33851,
  accuracy: 0.87671,
  imagesPerSecond: 2051,
  seconds: 1,
};
const judged = { ...record, validationLoss: 0.4, validationAccuracy: 0.99999, best: true };

test('a line an epoch, within 80 columns with the program’s name', () => {
  assert.is(epochLine(record, recipe), 'epoch  4/20  loss 0.3385  87.67 %');
  const line = epochLine(judged, recipe);
  assert.is(line, 'epoch  4/20  loss 0.3385  87.67 %  validation 0.4000  99.99 % *');
  assert.ok(`fmnist-train: ${line}`.length <= 80);
  assert.not.match(epochLine({ ...judged, best: false }, recipe), /\*/);
});

test('the note beside the progress bar', () => {
  assert.is(progressNote(recipe, 4, 0.31249, 0.8867), 'epoch 4/20  loss 0.312  accuracy 88.7 %');
});

test('the outcome of a run', () => {
  const result = {
    weights: { parameters: new Float32Array(0), statistics: new Float32Array(0) },
    epoch: record,
    epochsRun: 7,
    imagesPerSecond: 12_345,
  };
  const kept = 'kept the weights of epoch 4; 12,345 images/s';
  assert.is(describeOutcome({ ...result, end: 'planned' }, recipe), kept);
  assert.is(
    describeOutcome({ ...result, end: 'interrupt' }, recipe),
    `ended by the interrupt; ${kept}`,
  );
  assert.is(
    describeOutcome({ ...result, end: 'patience' }, recipe),
    `ended after epoch 7: no lower validation loss for 3 epochs; ${kept}`,
  );
});

test('patience with accuracy', () => {
  const weights = { parameters: new Float32Array(0), statistics: new Float32Array(0) };
  const result = { weights, epoch: record, epochsRun: 7, imagesPerSecond: 9 };
  assert.match(
    describeOutcome({ ...result, end: 'patience' }, { ...recipe, monitor: 'accuracy' }),
    /^ended after epoch 7: no higher validation accuracy for 3 epochs; /,
  );
});

test('divergence: step, loss, advice', () => {
  const words = (error: DivergedError) => (describeFailure(error, recipe) as Error).message;
  assert.is(
    words(new DivergedError(17, Number.NaN)),
    'recipe x: training diverged: the loss is NaN at step 17; a smaller learning rate may help (--set optimizer.learningRate=0.00003), or a warm-up',
  );
  assert.match(
    words(new DivergedError(17, Number.POSITIVE_INFINITY, 'validation')),
    /: the loss on the validation images is Infinity at step 17; /,
  );
});

test('lack of memory, as each library reports it', () => {
  const reports = [
    new RangeError('Array buffer allocation failed'),
    new Error('std::bad_alloc'),
    new Error('Failed to allocate memory for requested buffer of size 3288334336'),
    Object.assign(new Error('Worker terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }),
  ];
  for (const error of reports) {
    const told = describeFailure(error, recipe);
    assert.instance(told, OperationalError);
    assert.match(
      (told as Error).message,
      /^recipe x: training does not fit into memory; a smaller/,
    );
    assert.is((told as Error).cause, error);
  }
});

test('other errors stay unchanged', () => {
  const error = new TypeError('undefined is no function');
  assert.is(describeFailure(error, recipe), error);
});

test.run();
