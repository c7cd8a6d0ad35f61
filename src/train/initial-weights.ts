/** Initial weights of a model file, or of a LayersModel of TensorFlow.js. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { OperationalError, systemReason } from '../core/errors.js';
import type { Weights } from '../engine/engine.js';
import { readLayersModel } from '../export/tfjs/layers-model-folder.js';
import { type Normalization, normalizationFault } from '../idx/normalization.js';
import type { ImageSample } from '../model/layer.js';
import { openModelFile, requireLayers } from '../model/model.js';
import { initialParameters, initialStatistics, type Network, type Slot } from '../model/network.js';

/** Weights to start from. */
export interface InitialWeights {
  readonly source: string;
  /** SHA-256 of all bytes read. */
  readonly digest: string;
  /** Normalisation of their training images; undefined where the model does not name it. */
  readonly normalization: Normalization | undefined;
  /** Values for the slots of a network that they fit, by name, in the layout of model/. */
  fitting(network: Network): ReadonlyMap<string, Float32Array>;
}

/** Opens initial weights. path: a model file, a LayersModel's folder, or the model.json in it. Throws OperationalError for anything else. */
export async function openInitialWeights(path: string): Promise<InitialWeights> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error) => {
      throw new OperationalError(path, systemReason(error), { cause: error });
    },
  );
  return isFolder || path.endsWith('.json') ? readLayersWeights(path) : readModelWeights(path);
}

async function readModelWeights(path: string): Promise<InitialWeights> {
  const model = await openModelFile(path);
  requireLayers(model);
  const { info, initializers } = model;
  const fits = ({ name, shape }: Slot<unknown>) =>
    initializers.get(name)?.shape.join() === shape.join();
  return {
    source: path,
    digest: info.digest,
    normalization: info.normalization,
    fitting: ({ parameters, statistics }) =>
      new Map(
        [...parameters, ...statistics]
          .filter(fits)
          .map(({ name }) => [name, initializers.get(name)!.values]),
      ),
  };
}

async function readLayersWeights(path: string): Promise<InitialWeights> {
  const { model, files, contents } = await readLayersModel(path);
  const hash = createHash('sha256');
  for (const bytes of contents) hash.update(bytes);
  return {
    source: path,
    digest: hash.digest('hex'),
    normalization: model.normalization,
    fitting: (network) => {
      try {
        return model.weightsFor(network, files);
      } catch (error) {
        throw new OperationalError(path, (error as Error).message, { cause: error });
      }
    },
  };
}

/** Normalisation of raw images that these weights were trained with; undefined where it is unknown, or of another size. pixels: of an image. */
export function normalizationOfModel(
  { normalization, source }: InitialWeights,
  pixels: number,
): Normalization | undefined {
  if (normalization === undefined) return undefined;
  const { per, mean } = normalization;
  const otherSize = per === 'pixel' && Array.isArray(mean) && mean.length !== pixels;
  if (otherSize) return undefined;
  const fault = normalizationFault(normalization, pixels);
  if (fault) throw new OperationalError(source, `its normalisation: ${fault}`);
  return normalization;
}

/** Weights at the start of a run. */
export interface StartingWeights {
  readonly weights: Weights;
  /** Names of the slots with fresh weights. */
  readonly fresh: readonly string[];
  /** Count of all slots. */
  readonly slots: number;
}

/** Fills a network with the weights that fit, and fresh ones for the rest. Throws OperationalError where none fits, or one is not finite. */
export function startFrom(
  initial: InitialWeights,
  network: Network,
  seed: number,
  images?: ImageSample,
): StartingWeights {
  const fitting = initial.fitting(network);
  const weights = {
    parameters: initialParameters(network, seed, images),
    statistics: initialStatistics(network),
  };
  const fresh: string[] = [];
  const fill = (slots: readonly Slot<unknown>[], values: Float32Array) => {
    for (const { name, offset } of slots) {
      const own = fitting.get(name);
      if (!own) fresh.push(name);
      else if (own.every(Number.isFinite)) values.set(own, offset);
      else throw new OperationalError(initial.source, `its weights '${name}' are not finite`);
    }
  };
  fill(network.parameters, weights.parameters);
  fill(network.statistics, weights.statistics);
  if (fitting.size === 0)
    throw new OperationalError(initial.source, "none of its weights fits the recipe's layers");
  return { weights, fresh, slots: network.parameters.length + network.statistics.length };
}
