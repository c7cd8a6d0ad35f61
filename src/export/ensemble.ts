/**
 * Several models → one whose logits are the mean of theirs. Each goes up to its last dense layer as a branch of one
 * network; the dense layers, which are linear, become one behind the branches. So it is a model like any other: it has
 * an embedding, becomes a LayersModel, teaches, and is augmented.
 */

import { OperationalError } from '../core/errors.js';
import { version } from '../core/version.js';
import { lastDense } from '../model/lowering/inference-graph.js';
import type { LayerSpec } from '../model/lowering/sequence.js';
import type { Model } from '../model/model.js';
import { encodeModel, type ModelWeights } from '../model/model-file.js';
import { flatWeights, weightsByName } from '../model/model-weights.js';
import { type ModelSpec, type Network, shapeNetwork } from '../model/network.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { jointInfo, type Known, layersBefore } from './ensemble-info.js';
import { requireOneView } from './exported.js';

interface Member extends Pick<Model, 'info' | 'network' | 'weights'>, Known {
  /** Its layers before the last dense one, as a spec has them. */
  readonly body: readonly LayerSpec[];
  /** The name of that dense layer: `dense1`. */
  readonly head: string;
  /** What its logits are multiplied by behind it, and what is then added. */
  readonly factor: number;
  readonly offset: number;
}

/**
 * The bytes of the ensemble, `tta` inside where that is given. The members, two at least, must take the same images and
 * know the same classes; one that normalises otherwise than the first does so in its branch, unless either has a mean a
 * pixel. An OperationalError names the one that does not fit, is no sound model, or does not end in a dense layer.
 */
export function ensembleModel(models: readonly Model[], tta?: TestTimeAugmentation): Uint8Array {
  const parts = models.map(openMember);
  const [first] = parts as [Member, ...Member[]];
  const branches = parts.map((part) => [...layersBefore(part, first), ...part.body]);
  const spec: ModelSpec = {
    layers: [
      { kind: 'concat', branches },
      { kind: 'dense', units: 'classes' },
    ],
  };
  const { rows, columns, classes, normalization } = first.info;
  const network = shapeNetwork(spec, { rows, columns, classes: classes.names.length });
  return encodeModel(
    {
      ...{ rows, columns, classes, normalization, spec },
      ...jointInfo(parts, tta),
      training: {},
    },
    joinedWeights(network, parts),
    version(),
  );
}

function openMember({ info, network, weights, source, bytes }: Model): Member {
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
  const scaled = behind.reduce<Pick<Member, 'factor' | 'offset'>>(
    ({ factor, offset }, layer) => ({
      factor: factor * (layer.factor as number),
      offset: offset * (layer.factor as number) + ((layer.offset as number | undefined) ?? 0),
    }),
    { factor: 1, offset: 0 },
  );
  return {
    ...{ info, network, weights, source, bytes: bytes.length },
    ...{ body: layers.slice(0, at), head: head.name, ...scaled },
  };
}

/** Each member's weights under its branch; of the heads the kernels one below the other, as they see one branch each, and the mean of the biases. */
function joinedWeights(network: Network, parts: readonly Member[]): ModelWeights {
  const stored = new Map<string, Float32Array>();
  const kernels: number[] = [];
  const bias = new Float64Array(network.classes);
  for (const [i, { network: own, weights, head, factor, offset }] of parts.entries()) {
    const share = factor / parts.length;
    const theirs = weightsByName(own, weights);
    for (const [name, values] of theirs) stored.set(`concat1.branch${i + 1}.${name}`, values);
    const ofHead = (name: string) => theirs.get(`${head}.${name}`)!;
    for (const weight of ofHead('kernel')) kernels.push(weight * share);
    for (const [c, b] of ofHead('bias').entries())
      bias[c] = bias[c]! + b * share + offset / parts.length;
  }
  stored.set('dense1.kernel', Float32Array.from(kernels));
  stored.set('dense1.bias', Float32Array.from(bias));
  return flatWeights(network, ({ name }) => stored.get(name)!);
}
