/** Opening a model file: its metadata, network, weights and bytes, decoded once. */

import { createHash } from 'node:crypto';
import { OperationalError } from '../core/errors.js';
import { version } from '../core/version.js';
import { formatOfBeginning } from '../io/beginnings.js';
import { readWholeFile } from '../io/whole-file.js';
import { decodeOnnx, type OnnxContents, type OnnxWeights } from '../onnx/decode.js';
import type { ModelInfo } from './info.js';
import { readInfo } from './info-reader.js';
import { encodeModel } from './model-file.js';
import { flatWeights, initializersOf, type ModelWeights } from './model-weights.js';
import { type ModelSpec, type Network, shapeNetwork, type WeightSlot } from './network.js';
import { cropWeights } from './stored-shape.js';

/** A model file, opened. Immutable; all programs that use a model take one of these. */
export interface Model {
  readonly info: ModelInfo;
  /** The layers with their shapes, built on first use. Throws OperationalError where the spec is unsound, or there is none as the model is adopted. */
  readonly network: Network;
  /** The weights of the network's slots, collected on first use. Throws OperationalError where one is missing or of another shape. */
  readonly weights: ModelWeights;
  /** Float initialisers of the file by name, the network's or not. */
  readonly initializers: ReadonlyMap<string, OnnxWeights>;
  /** The file. [bytes] */
  readonly bytes: Uint8Array;
  /** Its path, or another name; messages begin with it. */
  readonly source: string;
}

/** Reads the model file at `path`. Throws OperationalError where it cannot be read or is no fmnist model. */
export async function openModelFile(path: string): Promise<Model> {
  return openModel(await readWholeFile(path), path);
}

/**
 * Decodes the bytes of a model file. Whether its layers and weights are sound shows on their first use: a model that
 * another tool has rewritten still runs on ONNX Runtime. Throws OperationalError for anything that is no fmnist model.
 */
export function openModel(bytes: Uint8Array, source: string): Model {
  if (bytes.length === 0)
    throw new OperationalError(source, 'is empty; a model written by fmnist-train was expected');
  let contents: OnnxContents;
  try {
    contents = decodeOnnx(bytes);
  } catch (error) {
    throw new OperationalError(
      source,
      `is ${formatOfBeginning(bytes) ?? 'no ONNX file, or not a whole one'}; a model written by fmnist-train was expected`,
      { cause: error },
    );
  }
  try {
    const info = { ...readInfo(contents.metadata), digest: digestOf(bytes) };
    return new OpenedModel(info, contents.weights, bytes, source);
  } catch (error) {
    throw new OperationalError(source, (error as Error).message, { cause: error });
  }
}

/** Encodes a new model, as openModel would open its file. Throws where a weight is not finite, naming it. */
export function createModel(
  info: Omit<ModelInfo, 'digest'>,
  weights: ModelWeights,
  source: string,
): Model {
  const bytes = encodeModel(info, weights, version());
  const initializers = initializersOf(networkOf(info), weights);
  return new OpenedModel({ ...info, digest: digestOf(bytes) }, initializers, bytes, source);
}

/** Throws OperationalError where the model is adopted from another tool: it runs, and that is all that is known of its layers. */
export function requireLayers({ info: { adopted }, source }: Pick<Model, 'info' | 'source'>): void {
  if (adopted)
    throw new OperationalError(
      source,
      `is adopted from ${adopted.producer || 'another tool'}, and its layers are not known; a model written by fmnist-train was expected`,
    );
}

class OpenedModel implements Model {
  #network: Network | undefined;
  #weights: ModelWeights | undefined;

  constructor(
    readonly info: ModelInfo,
    readonly initializers: ReadonlyMap<string, OnnxWeights>,
    readonly bytes: Uint8Array,
    readonly source: string,
  ) {}

  get network(): Network {
    requireLayers(this);
    try {
      this.#network ??= networkOf(this.info);
      return this.#network;
    } catch (error) {
      const problem = `its layers are unsound: ${(error as Error).message}`;
      throw new OperationalError(this.source, problem, { cause: error });
    }
  }

  get weights(): ModelWeights {
    this.#weights ??= flatWeights(this.network, (slot) => this.#valuesOf(slot));
    return this.#weights;
  }

  #valuesOf({ name, shape, spec }: WeightSlot): Float32Array {
    const found = this.initializers.get(name);
    if (found?.shape.join() === shape.join()) return found.values;
    const { stored } = spec;
    const cropped =
      stored && found?.shape.join() === stored.join() && cropWeights(found.values, shape, stored);
    if (cropped) return cropped;
    const what = found ? `are ${found.shape.join(' × ')}` : 'are missing';
    throw new OperationalError(
      this.source,
      `its weights '${name}' ${what}; ${shape.join(' × ')} floats were expected`,
    );
  }
}

function networkOf({ spec, rows, columns, classes }: Omit<ModelInfo, 'digest'>): Network {
  return shapeNetwork(spec as ModelSpec, { rows, columns, classes: classes.names.length });
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
