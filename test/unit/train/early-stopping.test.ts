/** Early stopping and reduction on a plateau, epoch by epoch, as Keras' callbacks do it (make-stopping-reference.py). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlateauSpec, StoppingSpec } from '../../../src/step/recipe.js';
import {
  earlyStoppingAfter,
  initialEarlyStopping,
  outOfPatience,
  updateEarlyStopping,
} from '../../../src/train/early-stopping.js';
import { difference } from '../../support/close.js';
import { paths } from '../../support/paths.js';

interface Scenario {
  readonly losses: readonly number[];
  readonly stopping: StoppingSpec;
  readonly plateau: PlateauSpec;
  /** The factor on the learning rate after each epoch. */
  readonly factors: readonly number[];
  /** The epoch after which training ended. */
  readonly ended: number | null;
}

const { scenarios } = JSON.parse(
  readFileSync(join(paths.root, 'test/references/train/stopping-reference.json'), 'utf8'),
) as { readonly scenarios: readonly Scenario[] };
const test = suite('stopping');

function verdicts(losses: readonly number[], stopping: StoppingSpec, plateau: PlateauSpec) {
  let state = initialEarlyStopping;
  const all = [];
  for (const loss of losses) {
    // An accuracy that says nothing: the loss is watched where nothing is said.
    state = updateEarlyStopping(state, { loss, accuracy: 0.5 }, { stopping, plateau });
    const stop = outOfPatience(state, stopping);
    all.push({ ...state, stop });
    if (stop) break;
  }
  return all;
}

test('forty runs as in Keras', () => {
  assert.is(scenarios.length, 40);
  for (const [i, { losses, stopping, plateau, factors, ended }] of scenarios.entries()) {
    const all = verdicts(losses, stopping, plateau);
    assert.is(all.length, ended ?? losses.length, `scenario ${i}`);
    assert.is(all.at(-1)?.stop, ended !== null);
    // Keras keeps the rate in single precision.
    const ours = all.map(({ learningRateFactor }) => learningRateFactor);
    assert.is(difference(ours, factors, { relative: 1e-5 }), undefined, `scenario ${i}`);
    let lowest = Number.POSITIVE_INFINITY;
    for (const [epoch, { best }] of all.entries()) {
      const loss = losses[epoch]!;
      assert.is(best, loss < lowest, 'the best is the lowest, however little it is lower');
      lowest = Math.min(lowest, loss);
    }
  }
});

const never = { patience: 0, minDelta: 0 };
const noPlateau = { patience: 0, minDelta: 0, factor: 0.5, minFactor: 0 };

test('a patience of 0 never ends a run', () => {
  const all = verdicts(new Array(50).fill(1), never, noPlateau);
  assert.is(all.length, 50);
  assert.ok(all.every(({ stop, learningRateFactor }) => !stop && learningRateFactor === 1));
  assert.equal(
    all.map(({ best }) => best),
    [true, ...new Array(49).fill(false)],
  );
});

test('an equal loss is not better, nor is one lower by just minDelta', () => {
  const all = verdicts([1, 1, 0.5, 0.5], { patience: 1, minDelta: 0 }, noPlateau);
  assert.is(all.length, 2);
  const delta = verdicts([1, 0.75, 0.5, 0.25], { patience: 2, minDelta: 0.25 }, noPlateau);
  assert.equal(
    delta.map(({ stop, best }) => [stop, best]),
    [
      [false, true],
      [false, true],
      [false, true],
      [false, true],
    ],
  );
});

test('the learning rate stays above its floor and is lowered once for each patience', () => {
  const all = verdicts(new Array(9).fill(1), never, {
    patience: 2,
    minDelta: 0,
    factor: 0.5,
    minFactor: 0.2,
  });
  assert.equal(
    all.map(({ learningRateFactor }) => learningRateFactor),
    [1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2],
  );
});

test('where accuracy is watched, errors decide; of as many, the lower loss', () => {
  const epochs = [
    { loss: 1, accuracy: 0.8 },
    { loss: 0.5, accuracy: 0.75 },
    { loss: 2, accuracy: 0.85 },
    { loss: 1.5, accuracy: 0.85 },
    { loss: 1.75, accuracy: 0.85 },
    { loss: 3, accuracy: 0.875 },
  ];
  const rules = {
    monitor: 'accuracy' as const,
    stopping: { patience: 3, minDelta: 0.0625 },
    plateau: { patience: 2, minDelta: 0, factor: 0.5, minFactor: 0 },
  };
  let state = initialEarlyStopping;
  const all = epochs.map((epoch) => {
    state = updateEarlyStopping(state, epoch, rules);
    return [state.best, state.learningRateFactor, outOfPatience(state, rules.stopping)];
  });
  assert.equal(all, [
    [true, 1, false],
    [false, 1, false],
    [true, 1, false],
    [true, 1, true],
    [false, 0.5, true],
    [true, 0.5, false],
  ]);
  const judged = epochs.map(({ loss, accuracy }) => ({
    validationLoss: loss,
    validationAccuracy: accuracy,
  }));
  assert.equal(earlyStoppingAfter(judged, rules), state);
  assert.is(earlyStoppingAfter(judged, { ...rules, monitor: 'loss' }).bestValue, 0.5);
});

test('the state after records is that of updating it one by one', () => {
  for (const { losses, stopping, plateau } of scenarios) {
    const all = verdicts(losses, stopping, plateau);
    for (const [epoch, { stop: _, ...state }] of all.entries()) {
      const judged = losses
        .slice(0, epoch + 1)
        .map((validationLoss) => ({ validationLoss, validationAccuracy: 0.5 }));
      assert.equal(earlyStoppingAfter(judged, { stopping, plateau }), state);
    }
  }
  const rules = { stopping: never, plateau: noPlateau };
  assert.is(earlyStoppingAfter([{}, {}], rules), initialEarlyStopping, 'nothing was judged');
});

test.run();
