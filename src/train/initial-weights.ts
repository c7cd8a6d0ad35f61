/** Weights to start from: those of a model file, or of a LayersModel of TensorFlow.js. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { OperationalError, systemReason } from '../core/errors.js';
import type { Weights } from '../engine/engine.js';
import { readLayersModel } from '../export/tfjs/layers-model-folder.js';
import { type Normalization, normalizationFault } from '../idx/normalization.js';
import type { ImageSample } from '../model/layer.js';
import { openModelFile } from '../model/model.js';
import { initialParameters, initialStatistics, type Network, type Slot } from '../model/network.js';

export interface InitialWeights {
  readonly source: string;
  /** SHA-256 of all that was read. */
  readonly digest: string;
  /** What they expect of their input; undefined where the model does not say. */
  readonly normalization: Normalization | undefined;
  /** The values, in our order, for those slots of a network that they fit, by name. */
  fitting(network: Network): ReadonlyMap<string, Float32Array>;
}

/** `path`: a model file, a folder, or the model.json in one. OperationalError where it is neither. */
export async function openInitialWeights(path: string): Promise<InitialWeights> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error) => {
      throw new OperationalError(path, systemReason(error), { cause: error });
    },
  );
  return isFolder || path.endsWith('.json') ? ofLayersModel(path) : ofModelFile(path);
}

async function ofModelFile(path: string): Promise<InitialWeights> {
  const { info, initializers } = await openModelFile(path);
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

async function ofLayersModel(path: string): Promise<InitialWeights> {
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

/** What raw images of that size are normalised by, for these weights to mean what they meant; undefined where they do not say. */
export function normalizationOfModel(
  { normalization, source }: InitialWeights,
  pixels: number,
): Normalization | undefined {
  if (normalization === undefined) return undefined;
  const { per, mean } = normalization;
  const ofAnotherSize = per === 'pixel' && Array.isArray(mean) && mean.length !== pixels;
  if (ofAnotherSize) return undefined;
  const fault = normalizationFault(normalization, pixels);
  if (fault) throw new OperationalError(source, `its normalisation: ${fault}`);
  return normalization;
}

export interface StartingWeights {
  readonly weights: Weights;
  /** Names of those that start afresh. */
  readonly fresh: readonly string[];
  /** How many there are in all. */
  readonly slots: number;
}

/** The weights that fit, and for the rest those that training would begin with anyway. OperationalError where none fits, or one is not finite. */
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
