/** Splits of a file of arrays: the images and the labels of each, by their names. */

import { OperationalError, UsageError } from '../core/errors.js';

/** Names of one split in a file. */
export interface SplitNames {
  /** `train`, `test`, `val`, …; '' where the file has no splits. */
  readonly split: string;
  readonly images: string;
  readonly labels: string | undefined;
}

const splitWords = ['train', 'test', 'val', 'valid', 'validation', 'extra'];
const imageWords = ['x', 'images', 'image', 'imgs', 'data', 'pixels', 'features', 'arr_0'];
const labelWords = ['y', 'labels', 'label', 'targets', 'target', 'classes', 'arr_1'];

/** The splits that names tell: Keras's x_train and y_train, MedMNIST's train_images and train_labels, images and labels, arr_0 and arr_1. */
export function findSplits(names: readonly string[]): SplitNames[] {
  const find = (split: string, words: readonly string[]) =>
    names.find((name) => {
      const parts = name.toLowerCase().split(/[_./-]/);
      const at = split === '' ? -1 : parts.indexOf(split);
      if (split !== '' && at < 0) return false;
      return words.includes(parts.filter((_, i) => i !== at).join('_'));
    });
  return ['', ...splitWords].flatMap((split) => {
    const images = find(split, imageWords);
    return images === undefined ? [] : [{ split, images, labels: find(split, labelWords) }];
  });
}

/** The split that is wanted, or the only one. OperationalError where the names say nothing, UsageError where the choice is not made. */
export function chooseSplit(
  names: readonly string[],
  wanted: string | undefined,
  source: string,
): SplitNames {
  const splits = findSplits(names);
  if (splits.length === 0)
    throw new OperationalError(
      source,
      `holds ${names.join(', ') || 'nothing'}; images and labels by name were expected: x_train and y_train, train_images and train_labels, images and labels, arr_0 and arr_1`,
    );
  const known = splits.map(({ split }) => split).filter((split) => split !== '');
  const only = splits.length === 1 ? splits[0] : undefined;
  const found = wanted === undefined ? only : splits.find(({ split }) => split === wanted);
  if (found) return found;
  if (wanted !== undefined)
    throw new OperationalError(
      source,
      `has no split '${wanted}'; ${known.length > 0 ? `one of ${known.join(', ')}` : 'none has a name, and no --split'} was expected`,
    );
  throw new UsageError(`${source} has the splits ${known.join(', ')}; --split says which`);
}
