/** Model: a model file opened once, with all that its users need of it, whichever engine runs it. */

import { createHash } from 'node:crypto';
import { OperationalError } from '../core/errors.js';
import { readWholeFile } from '../io/whole-file.js';
import { decodeOnnx, type OnnxContents } from '../onnx/decode.js';
import type { ModelInfo } from './info.js';
import { readInfo } from './info-reader.js';
import type { ModelWeights } from './model-file.js';
import { flatWeights, storedWeights } from './model-weights.js';
import { type ModelSpec, type Network, shapeNetwork } from './network.js';

interface Sound {
  readonly network: Network;
  readonly weights: ModelWeights;
}

/** A decoded model file. Network and weights are read, and checked, when they are first used. */
export class Model {
  #sound: Sound | undefined;

  constructor(
    readonly info: ModelInfo,
    /** [bytes] of an ONNX file: the model's own, or one made of it for running. */
    readonly bytes: Uint8Array,
    /** Name of the model in messages. */
    readonly source: string,
    readonly contents: OnnxContents,
  ) {}

  /** Throws OperationalError where the layers do not make sense. */
  get network(): Network {
    return this.#read().network;
  }

  /** Throws OperationalError where a weight is not the one that the layers call for. */
  get weights(): ModelWeights {
    return this.#read().weights;
  }

  /** The same model as another file runs it: weights and source stay. */
  with(info: ModelInfo, bytes: Uint8Array): Model {
    return new Model(info, bytes, this.source, this.contents);
  }

  #read(): Sound {
    this.#sound ??= readSound(this);
    return this.#sound;
  }
}

function readSound({ info, source, contents }: Model): Sound {
  const { rows, columns, classes } = info;
  let network: Network;
  try {
    network = shapeNetwork(info.spec as ModelSpec, {
      rows,
      columns,
      classes: classes.names.length,
    });
  } catch (error) {
    throw new OperationalError(source, `its layers are unsound: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const weights = flatWeights(network, (slot) => storedWeights(contents.weights, slot, source));
  return { network, weights };
}

/** Decodes the bytes of a model file. Throws OperationalError, naming `source`, for anything that is no fmnist model. */
export function openModel(bytes: Uint8Array, source: string): Model {
  if (bytes.length === 0)
    throw new OperationalError(source, 'is empty; a model written by fmnist-train was expected');
  let contents: OnnxContents;
  try {
    contents = decodeOnnx(bytes);
  } catch (error) {
    throw new OperationalError(
      source,
      'is no ONNX file, or not a whole one; a model written by fmnist-train was expected',
      { cause: error },
    );
  }
  try {
    const digest = createHash('sha256').update(bytes).digest('hex');
    return new Model({ ...readInfo(contents.metadata), digest }, bytes, source, contents);
  } catch (error) {
    throw new OperationalError(source, (error as Error).message, { cause: error });
  }
}

/** Opens the model file at `path`. Throws OperationalError where there is none, and as `openModel`. */
export async function openModelFile(path: string): Promise<Model> {
  return openModel(await readWholeFile(path), path);
}
