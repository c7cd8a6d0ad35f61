/** Adoption of a model that another tool has written: one file with its contract inside, as all programs of the suite take it. */

import { createHash } from 'node:crypto';
import { OperationalError } from '../core/errors.js';
import { version } from '../core/version.js';
import { classesByLabels } from '../datasets/named-classes.js';
import type { HistoryRecord } from '../idx/annotation.js';
import type { ClassList } from '../idx/classes.js';
import type { Normalization } from '../idx/normalization.js';
import { readWholeFile } from '../io/whole-file.js';
import { type Model, openModel } from '../model/model.js';
import { metadataOf } from '../model/model-file.js';
import { decodeOnnx } from '../onnx/decode.js';
import { encodeModelParts } from '../onnx/encode.js';
import { type ForeignModel, readStructure } from '../onnx/structure.js';
import { type ForeignBody, foreignBody, joinGraphs, type ScoreKind } from './adopted-graph.js';
import type { Contract } from './contract.js';
import { openExternalFiles } from './external-files.js';
import { type ImageInput, imageInput, type Layout, type Size } from './input-port.js';
import { inspect, kindOfScores } from './inspection.js';
import { scoreOutput } from './score-output.js';

/** Options of an adoption, as the user gives them. */
export interface AdoptionWishes {
  readonly classes: ClassList;
  /** Column of each class among the values, where it is said. */
  readonly order?: readonly number[] | undefined;
  readonly normalization: Normalization;
  readonly invert: boolean;
  readonly transpose: boolean;
  readonly layout?: Layout | undefined;
  /** Size of the images that come in. */
  readonly size?: Size | undefined;
  readonly tensor?: string | undefined;
  readonly scores?: Exclude<ScoreKind, 'observed'> | undefined;
  /** Options, for the lineage. */
  readonly options: HistoryRecord['options'] & object;
}

/** A model, understood: it can be written by this contract and by others. */
export interface Adoptable {
  readonly contract: Contract;
  readonly single: boolean;
  readonly kind: Exclude<ScoreKind, 'observed'>;
  readonly input: ImageInput;
  /** The adopted model, by the contract or by another one. */
  readonly by: (contract: Contract) => Model;
}

/**
 * Reads the model at `path`, with the files beside it, and finds out what its input and its values are. Throws
 * OperationalError that says what was found where that is not sure, or the model cannot be run.
 */
export async function openAdoptable(path: string, wishes: AdoptionWishes): Promise<Adoptable> {
  const bytes = await readWholeFile(path);
  const model = structureOf(bytes, path);
  try {
    return await understand(path, bytes, model, wishes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OperationalError(path, error.message, { cause: error });
  }
}

function structureOf(bytes: Uint8Array, path: string): ForeignModel {
  let own = false;
  try {
    own = decodeOnnx(bytes).metadata.has('fmnist.format');
    if (!own && bytes.length > 0) return readStructure(bytes);
  } catch (error) {
    const problem = 'is no ONNX file, or not a whole one';
    throw new OperationalError(path, problem, { cause: error });
  }
  throw new OperationalError(
    path,
    own
      ? 'is a model of this suite already; one that another tool has written was expected'
      : 'is empty; an ONNX file was expected',
  );
}

async function understand(
  path: string,
  bytes: Uint8Array,
  model: ForeignModel,
  wishes: AdoptionWishes,
): Promise<Adoptable> {
  const { normalization, invert, transpose, size } = wishes;
  const seen = size && transpose ? { rows: size.columns, columns: size.rows } : size;
  const input = imageInput(model, { layout: wishes.layout, size: seen });
  requirePixels(input, normalization);
  const output = scoreOutput(model, wishes.classes.names.length, wishes.tensor);
  const { classes, order } = classesOf(wishes, output.labels);
  const body = foreignBody(model, input, output.value, await openExternalFiles(path, model));
  const { rows, columns } = transpose ? { rows: input.columns, columns: input.rows } : input;
  const contract = { rows, columns, classes, order, normalization, invert, transpose };
  const { single, scores } = await inspect(body, contract);
  const kind = kindOfScores(scores, classes.names.length, wishes.scores);
  const read = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  const step = {
    program: 'fmnist-adopt',
    version: version(),
    options: wishes.options,
    read: [read],
  };
  const by = (other: Contract) => adoptedModel(body, other, { kind, single, step }, path);
  return { contract, single, kind, input, by };
}

/** Whole numbers cannot hold a normalised pixel. */
function requirePixels({ port }: ImageInput, { mean, deviation }: Normalization): void {
  if ([2, 6, 7].includes(port.element) && (mean[0] !== 0 || deviation[0] !== 1))
    throw new RangeError(
      `its input '${port.name}' takes whole numbers, which normalised pixels are not; --normalize none was expected`,
    );
}

function classesOf(
  { classes, order }: AdoptionWishes,
  labels: readonly (number | string)[] = [],
): Pick<Contract, 'classes' | 'order'> {
  const inOrder = classes.names.map((_, i) => i);
  if (labels.length === 0) return { classes, order: order ?? inOrder };
  let own: Pick<Contract, 'classes' | 'order'>;
  try {
    own = classesByLabels(classes, labels);
  } catch (error) {
    throw new RangeError(`its classes ${(error as Error).message}`, { cause: error });
  }
  if (order && own.order.join() !== order.join())
    throw new RangeError(
      `gives its classes in the order ${labels.join(', ')}; --order says another one`,
    );
  return own;
}

function adoptedModel(
  body: ForeignBody,
  contract: Contract,
  found: {
    readonly kind: Exclude<ScoreKind, 'observed'>;
    readonly single: boolean;
    readonly step: HistoryRecord;
  },
  source: string,
): Model {
  const { rows, columns, classes, normalization, invert, transpose } = contract;
  const { kind, single, step } = found;
  const parts = joinGraphs(body, { contract, kind, single });
  const { input, model, scores } = body;
  const adopted = {
    ...{ producer: model.producer, input: input.port.name, layout: input.layout, scores, kind },
    ...(single ? { single } : {}),
    ...(invert ? { invert } : {}),
    ...(transpose ? { transpose } : {}),
  };
  const info = {
    ...{ rows, columns, classes, normalization, adopted },
    recipe: { name: 'adopted' },
    lineage: { history: [step] },
    training: {},
  };
  return openModel(encodeModelParts(parts, metadataOf(info), version()), source);
}
