/** Debian's package dataset-fashion-mnist, where it is installed. */

import { fashionName } from '../datasets.js';
import { SourceError } from '../source-error.js';
import { folderSource } from './folder.js';
import type { Source } from './source.js';

export const debianPackage = 'dataset-fashion-mnist';

/** Folder of the package's files. */
export const debianFolder = '/usr/share/datasets/fashion-mnist';

export function debianSource(): Source {
  const installed = folderSource('debian', debianFolder);
  return {
    ...installed,
    obtain: async (file, context) => installed.obtain(onlyFashion(file), context),
  };
}

/** The package holds one data set, under names that others share. */
export function onlyFashion<F extends { readonly dataset: string }>(file: F): F {
  if (file.dataset !== fashionName)
    throw new SourceError('absent', `${debianPackage} holds no ${file.dataset}`);
  return file;
}
