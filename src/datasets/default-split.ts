/** The cached split that fmnist-eval and fmnist-show take where they are given no data at a terminal. */

import type { CommandIo } from '../core/environment.js';
import { OperationalError } from '../core/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { cacheFolder, findCached } from './cache.js';
import { type DataFile, datasetOf, fashionName, type SplitName } from './datasets.js';
import { splitBytes } from './stream.js';

/**
 * Fashion-MNIST's split from the cache, as the labelled stream that `fmnist-fetch` writes; never from the network.
 * An OperationalError says how to fetch it where it is not there.
 */
export async function openCachedSplit(io: CommandIo, part: SplitName): Promise<ByteReader> {
  const folder = cacheFolder(io);
  const dataset = datasetOf(fashionName);
  const cached = async (file: DataFile) => {
    const found = await findCached(io, folder, file);
    if (found) return found;
    throw new OperationalError(
      `the cached ${part} split`,
      `is not in ${folder}; 'fmnist-fetch ${part} > /dev/null' puts it there`,
    );
  };
  const files = dataset.files[part];
  const parts = [{ labels: await cached(files.labels), images: await cached(files.images) }];
  return new ByteReader(`the cached ${part} split`, splitBytes(dataset, part, parts));
}
