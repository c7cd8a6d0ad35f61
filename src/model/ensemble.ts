/**
 * Several models → one whose logits are the mean of theirs. Each goes up to its last dense layer as a branch of one
 * network; the dense layers, which are linear, become one behind the branches. So it is a model like any other: it has
 * an embedding, becomes a LayersModel, teaches, and is augmented.
 */

import { TroubleError } from '../cli/errors.js';
import { version } from '../cli/version.js';
import { jointInfo, type Known, requireAlike } from './ensemble-info.js';
import { requireOneView } from './exported.js';
import { lastDense } from './inference-graph.js';
import { encodeModel, type ModelWeights } from './model-file.js';
import { flatWeights, type ReadModel, readModel, weightsByName } from './model-weights.js';
import { type ModelSpec, type Network, shapeNetwork } from './network.js';
import type { LayerSpec } from './sequence.js';
import type { TestTimeAugmentation } from './views.js';

export interface MemberFile {
  readonly bytes: Uint8Array;
  /** What it is called in messages. */
  readonly source: string;
}

interface Part extends ReadModel, Known {
  /** Its layers before the last dense one, as a spec has them. */
  readonly body: readonly LayerSpec[];
  /** The name of that dense layer: `dense1`. */
  readonly head: string;
  /** What its logits are multiplied by behind it. */
  readonly factor: number;
}

/**
 * The bytes of the ensemble, `tta` inside where that is given. The members, two at least, must take the same images,
 * know the same classes, and normalise alike; a TroubleError names the one that differs, is no sound model, or does not
 * end in a dense layer.
 */
export function ensembleModel(
  files: readonly MemberFile[],
  tta?: TestTimeAugmentation,
): Uint8Array {
  const parts = files.map(openPart);
  const [first] = parts as [Part, ...Part[]];
  for (const part of parts) requireAlike(part, first);
  const branches = parts.map(({ body }) => body);
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

function openPart({ bytes, source }: MemberFile): Part {
  const model = readModel(bytes, source);
  const { info, network } = model;
  requireOneView(info, source);
  const { layers } = info.spec as ModelSpec;
  const at = lastDense(network.layers);
  const behind = layers.slice(at + 1);
  const head = network.layers[at];
  if (!head || behind.some(({ kind }) => kind !== 'scale'))
    throw new TroubleError(
      source,
      `its last layer is ${network.layers.at(-1)?.name}; a dense layer was expected, whose mean with others can be taken`,
    );
  const factor = behind.reduce((product, layer) => product * (layer.factor as number), 1);
  return {
    ...model,
    ...{ source, bytes: bytes.length },
    ...{ body: layers.slice(0, at), head: head.name, factor },
  };
}

/** Each member's weights under its branch; of the heads the kernels one below the other, as they see one branch each, and the mean of the biases. */
function joinedWeights(network: Network, parts: readonly Part[]): ModelWeights {
  const stored = new Map<string, Float32Array>();
  const kernels: number[] = [];
  const bias = new Float64Array(network.classes);
  for (const [i, { network: own, weights, head, factor }] of parts.entries()) {
    const share = factor / parts.length;
    const theirs = weightsByName(own, weights);
    for (const [name, values] of theirs) stored.set(`concat1.branch${i + 1}.${name}`, values);
    const ofHead = (name: string) => theirs.get(`${head}.${name}`) as Float32Array;
    for (const weight of ofHead('kernel')) kernels.push(weight * share);
    for (const [c, b] of ofHead('bias').entries()) bias[c] = (bias[c] as number) + b * share;
  }
  stored.set('dense1.kernel', Float32Array.from(kernels));
  stored.set('dense1.bias', Float32Array.from(bias));
  return flatWeights(network, ({ name }) => stored.get(name) as Float32Array);
}
