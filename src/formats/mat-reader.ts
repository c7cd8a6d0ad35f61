/** MATLAB files of images and labels, as EMNIST is published: dataset.train.images, dataset.train.labels. */

import { displayName } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { arraySource } from './array-source.js';
import type { FileOptions } from './file-options.js';
import { decodeMat } from './mat.js';
import { readWhole } from './read-whole.js';
import type { ImageSource } from './source.js';
import { chooseSplit } from './splits.js';

export async function openMat(
  reader: ByteReader,
  { size, split }: FileOptions,
): Promise<ImageSource> {
  const source = displayName(reader.source);
  const arrays = decodeMat(await readWhole(reader), source);
  // `dataset` is what EMNIST calls all of it.
  const names = new Map([...arrays.keys()].map((name) => [name.replace(/^dataset\./, ''), name]));
  const chosen = chooseSplit([...names.keys()], split, source);
  const named = (name: string) => ({ name, array: arrays.get(names.get(name)!)! });
  const labels = chosen.labels === undefined ? undefined : named(chosen.labels);
  return arraySource(reader.source, named(chosen.images), labels, size);
}
