/**
 * Random networks: losses are those of the plain reference, gradients the slope of its loss, and the finished model gives
 * the predictions of training.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeModel } from '../../../src/model/model-file.js';
import { type ModelSpec, shapeNetwork } from '../../../src/model/network.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import { isClose } from '../../support/close.js';
import { predicted } from '../../support/predicted.js';
import { type ReferenceInput, referenceLoss } from '../../support/reference-network.js';
import { centred, openStep } from '../../support/step.js';

const test = suite('random networks');
const batch = 4;
const networks = 80;

type Layers = ModelSpec['layers'];

interface Made {
  readonly layers: Layers;
  readonly size: { readonly rows: number; readonly columns: number; readonly classes: number };
}

/** A network that fits its images; the same for the same number. */
function makeNetwork(number: number, kinds: readonly string[]): Made {
  const dice = new Generator(deriveKey(number, 'test', 'random networks'));
  const pick = <T>(list: readonly T[]) => list[dice.below(list.length)] as T;
  const size = { rows: 4 + dice.below(5), columns: 4 + dice.below(5), classes: 2 + dice.below(3) };
  const layer = (flat: boolean, depth: number): Layers[number] => {
    const kind = pick(flat ? kinds.filter((k) => flatKinds.includes(k)) : kinds);
    switch (kind) {
      case 'conv': {
        const padding = pick(['same', 'valid']);
        const kernel = padding === 'same' ? pick([1, 3, 5]) : pick([1, 2, 3]);
        const bias = dice.below(2) === 0;
        return {
          kind,
          filters: 1 + dice.below(4),
          kernel,
          padding,
          stride: pick([1, 1, 2, 3]),
          bias,
        };
      }
      case 'dense':
        return { kind, units: 2 + dice.below(4) };
      case 'max-pool':
        return { kind, size: pick([1, 2, 3]) };
      case 'group-norm':
        return { kind, groups: pick([1, 2, 3]), epsilon: 0.01 };
      case 'squeeze-excite':
        return { kind, reduction: pick([1, 2, 4]), activation: pick(['relu', 'silu']) };
      case 'scale':
        return { kind, factor: pick([0.5, 3]), ...pick([{}, { offset: -0.25 }]) };
      case 'dropout':
        return { kind, rate: pick([0.2, 0.3, 0.5]) };
      case 'residual': {
        const filters = 1 + dice.below(3);
        const inner = depth > 0 ? [layer(false, depth - 1)].filter(keepsShape) : [];
        return {
          kind,
          layers: [
            { kind: 'conv', filters },
            { kind: pick(['relu', 'silu', 'gelu', 'batch-norm', 'squeeze-excite']) },
            ...inner,
          ],
          shortcut: [{ kind: 'conv', filters, kernel: 1, bias: false }],
        };
      }
      case 'concat': {
        const inner = depth > 0 ? [layer(flat, depth - 1)].filter(keepsShape) : [];
        const wide = flat
          ? { kind: 'dense', units: 2 + dice.below(3) }
          : { kind: 'conv', filters: 1 + dice.below(3) };
        return { kind, branches: [[wide, ...inner], pick([[], [{ kind: 'relu' }]])] };
      }
      default:
        return { kind };
    }
  };
  const layers: Layers[number][] = [];
  let flat = false;
  for (let left = 1 + dice.below(6); left > 0; left--) {
    const next = layer(flat, 1);
    const after = [...layers, next];
    const flattened: boolean = flat || next.kind === 'flatten' || next.kind === 'average-pool';
    if (!fits(after, flattened, size)) continue;
    layers.push(next);
    flat = flattened;
  }
  return { layers: [...layers, ...head(flat)], size };
}

const keepingKinds = ['relu', 'gelu', 'silu', 'batch-norm', 'group-norm', 'scale', 'dropout'];
const flatKinds = ['dense', ...keepingKinds, 'concat'];
const head = (flat: boolean) => [
  ...(flat ? [] : [{ kind: 'flatten' }]),
  { kind: 'dense', units: 'classes' },
];
const keepsShape = ({ kind }: Layers[number]) => keepingKinds.includes(String(kind));

function fits(layers: Layers, flat: boolean, size: Made['size']): boolean {
  try {
    shapeNetwork({ layers: [...layers, ...head(flat)] }, size);
    return true;
  } catch {
    return false;
  }
}

const all = [
  'conv',
  'conv',
  'dense',
  'relu',
  'silu',
  'gelu',
  'batch-norm',
  'group-norm',
  'squeeze-excite',
  'scale',
  'max-pool',
  'average-pool',
  'dropout',
  'residual',
  'concat',
  'flatten',
];

test('loss and slope are the reference’s', async () => {
  const seen = new Set<string>();
  for (let number = 0; number < networks; number++) {
    const { layers, size } = makeNetwork(number, all);
    const what = `${number}: ${JSON.stringify(layers)} on ${JSON.stringify(size)}`;
    for (const kind of JSON.stringify(layers).match(/(?<="kind":")[^"]+/g) ?? []) seen.add(kind);
    const step = await openStep({ layers }, size, batch);
    const { loss, gradients } = await step.run();
    const reference: ReferenceInput = {
      spec: { layers },
      batch,
      ...size,
      images: Array.from(step.images, (byte) => (byte - 127.5) / 127.5),
      targets: step.targets,
      parameters: Float64Array.from(step.parameters),
      masks: step.masks,
    };
    assert.ok(
      isClose(loss, referenceLoss(reference), 1e-4),
      `${what}: ${loss}, ${referenceLoss(reference)}`,
    );
    // Along the gradient itself, where the slope is the gradient's squared length.
    const length = Math.hypot(...gradients);
    const h = 1e-6;
    const at = (t: number) =>
      referenceLoss({
        ...reference,
        parameters: Float64Array.from(step.parameters, (p, i) => p + (t * gradients[i]!) / length),
      });
    const slope = (at(h) - at(-h)) / (2 * h);
    assert.ok(isClose(slope, length, 2e-3), `${what}: slope ${slope}, gradient ${length}`);
  }
  assert.equal([...seen].sort(), [...new Set(all)].sort());
});

test('the finished model answers as training did', async () => {
  const kinds = all.filter((kind) => kind !== 'dropout');
  for (let number = 0; number < networks; number++) {
    const { layers, size } = makeNetwork(1000 + number, kinds);
    const what = `${number}: ${JSON.stringify(layers)} on ${JSON.stringify(size)}`;
    const step = await openStep({ layers }, size, batch);
    // With the batch's own figures for the running ones, batch normalisation does the same in use as in training.
    const { loss, statistics } = await step.run();
    const bytes = encodeModel(
      {
        ...{ rows: size.rows, columns: size.columns, normalization: centred },
        classes: {
          names: Array.from({ length: size.classes }, (_, c) => `${c}`),
          labels: Array.from({ length: size.classes }, (_, c) => c),
        },
        ...{ spec: { layers }, recipe: {}, training: {} },
        lineage: { history: [], seed: 0, engine: 'none' },
      },
      { parameters: step.parameters, statistics },
      '',
    );
    const { logits, probabilities } = await predicted(bytes, step.images, batch);
    let answered = 0;
    for (let n = 0; n < batch; n++) {
      const row = logits.subarray(n * size.classes, (n + 1) * size.classes);
      const largest = Math.max(...row);
      const logSum = largest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0));
      row.forEach((z, c) => {
        answered -= step.targets[n * size.classes + c]! * (z - logSum);
        const p = probabilities[n * size.classes + c]!;
        assert.ok(Math.abs(p - Math.exp(z - logSum)) < 1e-5, what);
      });
    }
    assert.ok(isClose(answered, loss, 1e-4), `${what}: ${answered}, ${loss}`);
  }
});

test.run();
