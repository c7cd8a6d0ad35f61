/** Lowering of a network to Keras layers, as data: the topology of a LayersModel of TensorFlow.js, and the source of each weight. */

import type { KerasContext, KerasValue, KerasWeight } from '../contexts.js';
import type { ShapedLayer } from '../layer.js';
import type { Shape } from '../shape.js';

/** A layer of Keras' functional graph. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly weights: readonly KerasWeight[];
}

/** Collector of a model's Keras layers, in topological order. */
export class KerasLayers {
  readonly layers: KerasLayer[] = [];

  /** The context for the layer at a path of ours: `residual1.conv1`. */
  within(path: string): KerasContext {
    // No dots and dashes: the names are used as variables' names elsewhere.
    const named = path.replace(/\W/g, '_');
    return {
      add: (className, inputs, config = {}, { weights = [], help } = {}) => {
        const name = help === undefined ? named : `${named}_${help}`;
        this.layers.push({
          name,
          className,
          config,
          inputs: inputs.map(({ layer }) => layer),
          weights,
        });
        return { layer: name };
      },
      weight: (name, own, shape, { axes, features } = {}) => ({
        name,
        shape: axes ? axes.map((axis) => shape[axis]!) : shape,
        source: { slot: `${path}.${own}`, places: placesOf(shape, axes, features) },
      }),
    };
  }

  /** Adds a sequence of layers. Throws an Error that names the kind where one has no equivalent in Keras. */
  sequence(path: string, layers: readonly ShapedLayer[], input: KerasValue): KerasValue {
    return layers.reduce((value, { name, layer, input: shape }) => {
      if (!layer.keras) throw new Error(`TensorFlow.js has no layer for the kind '${layer.kind}'`);
      const own = path === '' ? name : `${path}.${name}`;
      return layer.keras(this.within(own), value, shape, (inner, from) =>
        this.sequence(own, inner, from),
      );
    }, input);
  }
}

/** Indices of values in row-major `shape`, read with its axes permuted and its first axis indexed by `features`. */
function placesOf(
  shape: readonly number[],
  axes: readonly number[] = shape.map((_, axis) => axis),
  features?: readonly number[],
): Uint32Array {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  );
  let places = [0];
  for (const axis of axes) {
    const stride = strides[axis]!;
    const indices = Array.from({ length: shape[axis]! }, (_, i) =>
      axis === 0 ? (features?.[i] ?? i) : i,
    );
    places = places.flatMap((place) => indices.map((index) => place + index * stride));
  }
  return Uint32Array.from(places);
}

/** Permutation of a flattened image's features: for each in Keras' order [rows, columns, channels], its index in ours [channels, rows, columns]. */
export function flattenedFeatures([channels = 1, rows = 1, columns = 1]: Shape): number[] {
  return Array.from(placesOf([channels, rows, columns], [1, 2, 0]));
}
