/** Layers against those of PyTorch (make-torch-reference.py): losses, and gradients of all that is below and above. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference, isClose } from '../../../support/close.js';
import { flatHead } from '../../../support/layer-models.js';
import { paths } from '../../../support/paths.js';
import { openStep } from '../../../support/step.js';

const test = suite('layers against PyTorch');

const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/layers/torch-reference.json'), 'utf8'),
) as Readonly<Record<string, { readonly loss: number; readonly gradients: readonly number[] }>>;

const layers = {
  gelu: { kind: 'gelu' },
  'group-norm': { kind: 'group-norm', groups: 4 },
  'group-norm of one group': { kind: 'group-norm', groups: 1, epsilon: 0.01 },
  'squeeze-excite': { kind: 'squeeze-excite' },
  'squeeze-excite by silu': { kind: 'squeeze-excite', reduction: 2, activation: 'silu' },
  'batch-norm without scale': { kind: 'batch-norm', scale: false },
};

for (const [name, layer] of Object.entries(layers))
  test(name, async () => {
    const spec = { layers: [{ kind: 'conv', filters: 8 }, layer, ...flatHead] };
    const step = await openStep(spec, { rows: 7, columns: 6, classes: 3 }, 4);
    const { loss, gradients } = await step.run();
    const expected = reference[name] ?? { loss: 0, gradients: [] };
    assert.ok(isClose(loss, expected.loss, 1e-5), `${loss}; ${expected.loss} was expected`);
    const largest = Math.max(...expected.gradients.map(Math.abs));
    const close = { relative: 1e-4, absolute: 1e-5 * largest };
    assert.is(difference(gradients, expected.gradients, close), undefined);
  });

test('nothing more was recorded', () => {
  assert.equal(Object.keys(reference), Object.keys(layers));
});

test.run();
