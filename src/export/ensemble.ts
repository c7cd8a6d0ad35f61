/**
 * Ensembles: several models merged into one, whose logits are the mean of theirs. Each goes up to its last dense layer
 * as a parallel branch of one network; the dense layers, which are linear, become one behind the branches. So an ensemble
 * is a model like any other: it has an embedding, becomes a LayersModel, teaches, and is augmented.
 */

import { OperationalError } from '../core/errors.js';
import { lastDense } from '../model/lowering/inference-graph.js';
import type { LayerSpec } from '../model/lowering/sequence.js';
import { createModel, type Model } from '../model/model.js';
import { flatWeights, type ModelWeights, weightsByName } from '../model/model-weights.js';
import { type ModelSpec, type Network, shapeNetwork } from '../model/network.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { jointInfo, layersBefore } from './ensemble-info.js';
import { requireOneView } from './export-step.js';

/** A member, cut at its last dense layer: logits = factor · dense(body(image)) + offset. */
interface CutMember {
  readonly model: Model;
  /** The layers before the last dense one, as a spec has them. */
  readonly body: readonly LayerSpec[];
  /** The name of that dense layer: `dense1`. */
  readonly head: string;
  readonly factor: number;
  readonly offset: number;
}

/**
 * Merges two models or more, with test-time augmentation inside where `tta` is given. They must take the same images and
 * know the same classes; one whose normalisation differs from the first's has a layer for that in its branch, unless
 * either normalises by pixel. Throws OperationalError, naming the model that does not fit, is unsound, or does not end in
 * a dense layer.
 */
export function ensembleModel(models: readonly Model[], tta?: TestTimeAugmentation): Model {
  const members = models.map(cutMember);
  const first = models[0]!;
  const branches = members.map(({ model, body }) => [...layersBefore(model, first), ...body]);
  const spec: ModelSpec = {
    layers: [
      { kind: 'concat', branches },
      { kind: 'dense', units: 'classes' },
    ],
  };
  const { rows, columns, classes, normalization } = first.info;
  const network = shapeNetwork(spec, { rows, columns, classes: classes.names.length });
  const info = {
    ...{ rows, columns, classes, normalization, spec },
    ...jointInfo(models, tta),
    training: {},
  };
  return createModel(info, joinedWeights(network, members), 'the ensemble');
}

function cutMember(model: Model): CutMember {
  const { info, network, source } = model;
  requireOneView(info, source);
  const { layers } = info.spec as ModelSpec;
  const at = lastDense(network.layers);
  const behind = layers.slice(at + 1);
  const head = network.layers[at];
  if (!head || behind.some(({ kind }) => kind !== 'scale'))
    throw new OperationalError(
      source,
      `its last layer is ${network.layers.at(-1)?.name}; a dense layer was expected, whose mean with others can be taken`,
    );
  const scaled = behind.reduce<Pick<CutMember, 'factor' | 'offset'>>(
    ({ factor, offset }, layer) => ({
      factor: factor * (layer.factor as number),
      offset: offset * (layer.factor as number) + ((layer.offset as number | undefined) ?? 0),
    }),
    { factor: 1, offset: 0 },
  );
  return { model, body: layers.slice(0, at), head: head.name, ...scaled };
}

/**
 * The weights of each member's body under its branch, and of the heads one dense layer: the kernels one below the other,
 * as each sees its own branch, and the mean of the biases.
 */
function joinedWeights(network: Network, members: readonly CutMember[]): ModelWeights {
  const stored = new Map<string, Float32Array>();
  const kernels: number[] = [];
  const bias = new Float64Array(network.classes);
  for (const [i, { model, head, factor, offset }] of members.entries()) {
    const share = factor / members.length;
    const theirs = weightsByName(model.network, model.weights);
    for (const [name, values] of theirs) stored.set(`concat1.branch${i + 1}.${name}`, values);
    const ofHead = (name: string) => theirs.get(`${head}.${name}`)!;
    for (const weight of ofHead('kernel')) kernels.push(weight * share);
    for (const [c, b] of ofHead('bias').entries())
      bias[c] = bias[c]! + b * share + offset / members.length;
  }
  stored.set('dense1.kernel', Float32Array.from(kernels));
  stored.set('dense1.bias', Float32Array.from(bias));
  return flatWeights(network, ({ name }) => stored.get(name)!);
}
