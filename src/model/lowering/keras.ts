/** A network as Keras layers, as data: what a LayersModel of TensorFlow.js is made of, and which weight goes where. */

import type { Shape } from '../layer.js';
import type { ShapedLayer } from './sequence.js';

/** A value between two Keras layers: images [rows, columns, channels], or flat. */
export interface KerasValue {
  /** The layer that gives it. */
  readonly layer: string;
  /**
   * Of flat values that were images: for each of Keras' features the number of ours, as Keras has a pixel's channels
   * side by side. Undefined: the same order.
   */
  readonly features?: readonly number[] | undefined;
}

export interface KerasWeight {
  /** As Keras calls it: `kernel`, `gamma`, `moving_mean`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whose values they are: one of our parameters or statistics, or none but these. */
  readonly source: KerasSource | Float32Array;
}

export interface KerasSource {
  /** `conv1.kernel` */
  readonly slot: string;
  /** For each value, in Keras' order, its place in ours. */
  readonly places: Uint32Array;
}

export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly weights: readonly KerasWeight[];
}

/** What a layer kind says itself with. */
export interface KerasContext {
  /** Puts a Keras layer on top of others. The kind's own layer has its name; one that helps it adds a word of its own. */
  add(
    className: string,
    inputs: readonly KerasValue[],
    config?: Readonly<Record<string, unknown>>,
    rest?: { readonly weights?: readonly KerasWeight[]; readonly help?: string },
  ): KerasValue;
  /** A weight of the kind's own layer: our `own` of that shape, its axes in another order, or its first axis in that of `features`. */
  weight(
    name: string,
    own: string,
    shape: readonly number[],
    order?: { readonly axes?: readonly number[]; readonly features?: KerasValue['features'] },
  ): KerasWeight;
}

/** Collects the layers of a model. */
export class KerasLayers {
  readonly layers: KerasLayer[] = [];

  /** The context of a layer of ours: `residual1.conv1`. */
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
        shape: axes ? axes.map((axis) => shape[axis] as number) : shape,
        source: { slot: `${path}.${own}`, places: placesOf(shape, axes, features) },
      }),
    };
  }

  /** Our layers one after another. An Error where one has no like in Keras; it names the kind. */
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

/** Says layers within a layer. */
export type KerasSequence = (layers: readonly ShapedLayer[], input: KerasValue) => KerasValue;

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
    const stride = strides[axis] as number;
    const indices = Array.from({ length: shape[axis] as number }, (_, i) =>
      axis === 0 ? (features?.[i] ?? i) : i,
    );
    places = places.flatMap((place) => indices.map((index) => place + index * stride));
  }
  return Uint32Array.from(places);
}

/** The features of a flattened image, in Keras' order [rows, columns, channels], by their numbers in ours [channels, rows, columns]. */
export function flattenedFeatures([channels = 1, rows = 1, columns = 1]: Shape): number[] {
  return Array.from(placesOf([channels, rows, columns], [1, 2, 0]));
}
