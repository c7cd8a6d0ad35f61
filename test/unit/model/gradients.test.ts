/** The gradients of every layer kind, from the graph, against finite differences of the double-precision reference. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layerKinds } from '../../../src/model/layer-kinds.js';
import { type ModelSpec, shapeNetwork } from '../../../src/model/network.js';
import { difference } from '../../support/close.js';
import { flatHead as head, layerModels } from '../../support/layer-models.js';
import { type ReferenceInput, referenceLoss } from '../../support/reference-network.js';
import { openStep, type Step } from '../../support/step.js';

const test = suite('gradients against finite differences');
const size = { rows: 7, columns: 6, classes: 3 };
const batch = 4;

for (const [name, layers] of Object.entries(layerModels))
  test(name, async () => holds(await openStep({ layers }, size, batch), { layers }));

for (const sign of [1, -1])
  test(`a normalised pool whose scales are all ${sign > 0 ? 'above' : 'below'} 0, tile by tile`, async () => {
    const layers = [
      { kind: 'conv', filters: 3 },
      { kind: 'relu' },
      { kind: 'batch-norm' },
      { kind: 'max-pool' },
      ...head,
    ];
    const step = await openStep({ layers }, size, batch);
    const scale = step.network.parameters.find(({ name }) => name === 'batch-norm1.scale');
    const { offset = 0, length = 0 } = scale ?? {};
    assert.is(length, 3);
    for (let i = offset; i < offset + length; i++)
      step.parameters[i] = sign * (Math.abs(step.parameters[i]!) + 0.1);
    await holds(step, { layers });
  });

/** Loss and gradients are the reference's. */
async function holds(step: Step, spec: ModelSpec): Promise<void> {
  const { loss, gradients } = await step.run();
  const reference = referenceOf(step, spec);
  assert.is(difference([loss], [referenceLoss(reference)], { relative: 1e-5 }), undefined);
  const expected = centralDifferences(reference);
  // Single precision against a difference quotient: what matters is one part in ten thousand of the largest.
  const largest = Math.max(...expected.map(Math.abs));
  assert.ok(largest > 1e-3, 'the gradients are not all nothing');
  const off = difference(gradients, expected, { relative: 1e-4, absolute: 1e-4 * largest });
  assert.is(off, undefined);
}

function referenceOf(step: Step, spec: ModelSpec): ReferenceInput {
  return {
    spec,
    batch,
    ...size,
    images: Array.from(step.images, (byte) => (byte - 127.5) / 127.5),
    targets: step.targets,
    parameters: Float64Array.from(step.parameters),
    masks: step.masks,
  };
}

/** Central differences of the loss; 0 for frozen parameters, whose gradients are not reported. */
function centralDifferences(reference: ReferenceInput): number[] {
  const frozen = shapeNetwork(reference.spec, size).parameters.filter(({ spec }) => spec.frozen);
  const isFrozen = (i: number) =>
    frozen.some(({ offset, length }) => i >= offset && i < offset + length);
  const parameters = Float64Array.from(reference.parameters);
  const h = 1e-6;
  return Array.from(parameters, (value, i) => {
    const at = (shifted: number) => {
      parameters[i] = shifted;
      return referenceLoss({ ...reference, parameters });
    };
    const slope = (at(value + h) - at(value - h)) / (2 * h);
    parameters[i] = value;
    return isFrozen(i) ? 0 : slope;
  });
}

test('every kind of layer is among them', () => {
  const tried = new Set(JSON.stringify(layerModels).match(/(?<="kind":")[^"]+/g));
  assert.equal(
    layerKinds.filter((kind) => !tried.has(kind)),
    [],
  );
});

test('ties in max-pool: the gradient goes to the first maximum, as in TensorFlow', async () => {
  const layers = [{ kind: 'batch-norm' }, { kind: 'max-pool' }, ...head];
  const step = await openStep({ layers }, { rows: 2, columns: 2, classes: 2 }, 2);
  // All four pixels alike in the first image, the last two in the second: pixel 0 and pixel 2 must carry the gradient.
  step.images.set([9, 9, 9, 9, 1, 2, 7, 7]);
  const { gradients } = await step.run();
  const x = [9, 9, 9, 9, 1, 2, 7, 7].map((byte) => (byte - 127.5) / 127.5);
  const mean = x.reduce((a, b) => a + b, 0) / 8;
  const inverse = 1 / Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 8 + 1e-3);
  const at = (name: string) => {
    const slot = step.network.parameters.find((p) => p.name === name);
    return step.parameters.subarray(slot?.offset, (slot?.offset ?? 0) + (slot?.length ?? 0));
  };
  const [scale, offset] = [at('batch-norm1.scale')[0]!, at('batch-norm1.offset')[0]!];
  const pooled = [x[0], x[6]].map((v) => scale * (v! - mean) * inverse + offset);
  const [kernel, bias] = [at('dense1.kernel'), at('dense1.bias')];
  let [dScale, dOffset] = [0, 0];
  for (const [n, p] of pooled.entries()) {
    const z = [0, 1].map((c) => p * kernel[c]! + bias[c]!);
    const sum = z.reduce((total, v) => total + Math.exp(v), 0);
    const outer = z.map((v, c) => Math.exp(v) / sum - step.targets[2 * n + c]!);
    const dPooled = outer.reduce((total, d, c) => total + d * kernel[c]!, 0);
    dOffset += dPooled;
    dScale += dPooled * ((n === 0 ? x[0]! : x[6]!) - mean) * inverse;
  }
  assert.is(difference(gradients.subarray(0, 2), [dScale, dOffset], { relative: 1e-4 }), undefined);
});

test.run();
