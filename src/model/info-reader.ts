/** Reader of a model file's metadata; checks all of it, as a file may come from anywhere. */

import { isObject, isShown } from '../core/json.js';
import { classListFault } from '../idx/classes.js';
import { normalizationFault } from '../idx/normalization.js';
import type { ModelInfo } from './info.js';
import { augmentations } from './test-time-augmentation.js';

/** Version of the metadata's format. */
export const modelFormat = '1';

const prefix = 'fmnist.';

/** Fields that a model file must have; the last of them is written last, so that no truncated file has them all. */
const required = [
  'rows',
  'columns',
  'classes',
  'normalization',
  'spec',
  'recipe',
  'lineage',
  'training',
] as const;

/** Parses and checks the metadata of an ONNX file. Throws a RangeError where a field is missing or unsound. */
export function readInfo(metadata: ReadonlyMap<string, string>): Omit<ModelInfo, 'digest'> {
  const format = metadata.get(`${prefix}format`);
  if (format === undefined)
    throw new RangeError(
      'carries no fmnist metadata; a model written by fmnist-train, or by fmnist-adopt, was expected',
    );
  if (format !== modelFormat)
    throw new RangeError(
      `is of model format ${JSON.stringify(format)}; this program knows format ${modelFormat}`,
    );
  const info = Object.fromEntries(
    [...metadata].flatMap(([key, value]) =>
      key.startsWith(prefix) && key !== `${prefix}format`
        ? [[key.slice(prefix.length), parse(key, value)]]
        : [],
    ),
  );
  const missing = required.find(
    (field) => info[field] === undefined && !(field === 'spec' && info.adopted),
  );
  if (missing) throw new RangeError(`its metadata lack ${prefix}${missing}; the file is not whole`);
  const fault = faultOf(info);
  if (fault) throw new RangeError(`its metadata are unsound: ${prefix}${fault}`);
  return info as unknown as Omit<ModelInfo, 'digest'>;
}

function parse(key: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new RangeError(`its metadata field ${key} is not JSON`, { cause: error });
  }
}

function faultOf(info: Readonly<Record<string, unknown>>): string | undefined {
  const {
    rows,
    columns,
    classes,
    normalization,
    spec = {},
    adopted = {},
    lineage,
    training,
    dataset,
    synthetic,
    tta,
    members,
  } = info;
  for (const [name, size] of Object.entries({ rows, columns }))
    if (!Number.isSafeInteger(size) || (size as number) < 1)
      return `${name} ${isShown(size)}; a whole number of at least 1 was expected`;
  const fault = normalizationFault(normalization, (rows as number) * (columns as number));
  if (fault) return `normalization: ${fault}`;
  for (const [name, section] of Object.entries({ spec, adopted, lineage, training }))
    if (!isObject(section)) return `${name} ${isShown(section)}; a JSON object was expected`;
  if (dataset !== undefined && typeof dataset !== 'string')
    return `dataset ${isShown(dataset)}; text was expected`;
  if (synthetic !== undefined && typeof synthetic !== 'boolean')
    return `synthetic ${isShown(synthetic)}; true or false was expected`;
  if (tta !== undefined && !augmentations.some((known) => known === tta))
    return `tta ${isShown(tta)}; ${augmentations.join(' or ')} was expected`;
  if (members !== undefined && !(Array.isArray(members) && members.every(isMember)))
    return `members ${isShown(members)}; a list of models was expected`;
  const classesFault = classListFault(classes);
  return classesFault && `classes ${classesFault}`;
}

const isMember = (value: unknown) =>
  isObject(value) &&
  typeof value.sha256 === 'string' &&
  isObject(value.training) &&
  isObject(value.lineage) &&
  Array.isArray(value.lineage.history);
