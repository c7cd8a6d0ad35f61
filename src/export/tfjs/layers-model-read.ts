/** Reader of a LayersModel of TensorFlow.js, ours or a foreign one: its weights, mapped to our own layers. */

import type { Normalization } from '../../idx/normalization.js';
import type { KerasWeight } from '../../model/contexts.js';
import type { KerasLayer } from '../../model/lowering/keras.js';
import type { Network } from '../../model/network.js';
import { kerasLayers } from './layers-model.js';

/** A layer that has weights. */
interface ForeignLayer {
  readonly name: string;
  readonly className: string;
  readonly weights: ReadonlyMap<string, { readonly shape: string; readonly values: Float32Array }>;
}

type Fields = Readonly<Record<string, unknown>>;

interface ManifestGroup {
  readonly paths: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly quantization?: unknown;
  }[];
}

/** A parsed model.json. */
export class LayersModel {
  private constructor(
    readonly topology: readonly Fields[],
    readonly groups: readonly ManifestGroup[],
    readonly metadata: Fields | undefined,
  ) {}

  /** Parses model.json. Throws a RangeError where it is not that of a LayersModel. */
  static parse(text: string): LayersModel {
    const { format, modelTopology, weightsManifest, userDefinedMetadata } = parseFields(text);
    if (format === 'graph-model' || !isFields(modelTopology) || !isManifest(weightsManifest))
      throw new RangeError('is no LayersModel of TensorFlow.js');
    const model = modelTopology.model_config ?? modelTopology;
    const config = isFields(model) ? model.config : undefined;
    // A Sequential model's configuration was once the bare list.
    const layers = isFields(config) && !Array.isArray(config) ? config.layers : config;
    if (
      !Array.isArray(layers) ||
      !layers.every((layer) => isFields(layer) && isFields(layer.config))
    )
      throw new RangeError('its topology has no list of layers');
    const metadata = isFields(userDefinedMetadata) ? userDefinedMetadata.fmnist : undefined;
    return new LayersModel(layers, weightsManifest, isFields(metadata) ? metadata : undefined);
  }

  /** Paths of the files with weights, beside model.json. */
  get paths(): readonly string[] {
    return this.groups.flatMap(({ paths }) => paths);
  }

  /** Normalisation inside the model: ours as it was exported, or that of a Rescaling layer. Not checked. */
  get normalization(): Normalization | undefined {
    if (this.metadata) return this.metadata.normalization as Normalization | undefined;
    const rescaling = this.topology.find((layer) => layer.class_name === 'Rescaling');
    if (!rescaling) return undefined;
    const { scale, offset = 0 } = rescaling.config as { scale: number; offset?: number };
    const kind = offset === 0 ? 'scale' : 'standardize';
    return { kind, per: 'dataset', mean: [0 - offset / scale], deviation: [1 / scale] };
  }

  /**
   * Maps the weights to the slots of a network, by name: from layers of the same name where the model is one of ours,
   * else from the layers with weights, in order. `files`: contents of `paths`. Throws a RangeError where the files do not
   * match the manifest, or the layers do not correspond.
   */
  weightsFor(network: Network, files: ReadonlyMap<string, Uint8Array>): Map<string, Float32Array> {
    const theirs = this.#layers(files);
    const ours = kerasLayers(network, plain).filter(({ weights }) => weights.length > 0);
    const pairs = this.metadata
      ? ours.map((own) => [own, theirs.find(({ name }) => name === own.name)] as const)
      : pairInOrder(ours, theirs);
    return new Map(pairs.flatMap(([own, other]) => (other ? mappedWeights(own, other) : [])));
  }

  #layers(files: ReadonlyMap<string, Uint8Array>): ForeignLayer[] {
    const stored = this.groups.flatMap((group) => readGroup(group, files));
    return this.topology
      .map(({ class_name, config }) => {
        const { name, data_format } = config as Fields;
        if (data_format === 'channels_first')
          throw new RangeError(`its layer ${name} has the channels first; last was expected`);
        // `conv2d_1/kernel`; those that were converted may have the layer's name twice, or end in `:0`.
        const own = stored.filter((weight) => weight.path.includes(String(name)));
        const weights = new Map(own.map(({ last, shape, values }) => [last, { shape, values }]));
        return { name: String(name), className: String(class_name), weights };
      })
      .filter(({ weights }) => weights.size > 0);
  }
}

/** Placeholder where only the weights of our own layers matter. */
const plain: Normalization = { kind: 'scale', per: 'dataset', mean: [0], deviation: [1] };

function pairInOrder(
  ours: readonly KerasLayer[],
  theirs: readonly ForeignLayer[],
): (readonly [KerasLayer, ForeignLayer])[] {
  const kinds = (list: readonly { readonly className: string }[]) =>
    list.map(({ className }) => className).join(', ');
  if (kinds(ours) !== kinds(theirs))
    throw new RangeError(
      `its layers with weights are ${kinds(theirs) || 'none'}; ${kinds(ours)} were expected, as in the recipe`,
    );
  return ours.map((own, i) => [own, theirs[i]!]);
}

/** Weights of the same name and shape, permuted to our order. */
function mappedWeights(own: KerasLayer, other: ForeignLayer): [string, Float32Array][] {
  return own.weights.flatMap(({ name, shape, source }: KerasWeight): [string, Float32Array][] => {
    const found = other.weights.get(name);
    if (source instanceof Float32Array || found?.shape !== shape.join()) return [];
    const values = new Float32Array(found.values.length);
    for (const [i, place] of source.places.entries()) values[place] = found.values[i]!;
    return [[source.slot, values]];
  });
}

function readGroup({ paths, weights }: ManifestGroup, files: ReadonlyMap<string, Uint8Array>) {
  const bytes = Buffer.concat(paths.map((path) => files.get(path) ?? new Uint8Array(0)));
  let at = 0;
  const all = weights.map(({ name, shape, dtype, quantization }) => {
    if (dtype !== 'float32' || quantization !== undefined)
      throw new RangeError(
        `its weights ${name} are ${quantization === undefined ? dtype : 'quantised'}; float32 was expected`,
      );
    const from = at;
    at += 4 * shape.reduce((product, size) => product * size, 1);
    const path = name.replace(/:\d+$/, '').split('/');
    return {
      path: path.slice(0, -1),
      last: path.at(-1)!,
      shape: shape.join(),
      from,
      to: at,
    };
  });
  if (at !== bytes.length)
    throw new RangeError(`its weights are ${bytes.length} bytes; ${at} were expected`);
  return all.map(({ from, to, ...rest }) => ({
    ...rest,
    values: Float32Array.from({ length: (to - from) / 4 }, (_, i) =>
      bytes.readFloatLE(from + 4 * i),
    ),
  }));
}

function parseFields(text: string): Fields {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RangeError('is not JSON', { cause: error });
  }
  if (!isFields(json)) throw new RangeError('is no JSON object');
  return json;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function isManifest(value: unknown): value is readonly ManifestGroup[] {
  const isShape = (shape: unknown) =>
    Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  return (
    Array.isArray(value) &&
    value.every(
      (group) =>
        isFields(group) &&
        isTexts(group.paths) &&
        Array.isArray(group.weights) &&
        group.weights.every(
          (weight) => isFields(weight) && typeof weight.name === 'string' && isShape(weight.shape),
        ),
    )
  );
}
