/** A folder that holds the files, gzipped or not. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openInput } from '../../io/input.js';
import { storeFile } from '../cache.js';
import { SourceError } from '../source-error.js';
import type { Source } from './source.js';

export function folderSource(name: string, folder: string): Source {
  return {
    name,
    async obtain(file, context) {
      // Kaggle's archives unpack to folders that hold one file of their own name.
      const paths = file.names.flatMap((n) => [n, `${n}.gz`, join(n, n), join(`${n}.gz`, n)]);
      const path = paths.map((p) => join(folder, p)).find(isFile);
      if (!path) throw new SourceError('absent', nothingThere(folder, file.name));
      const reader = await openInput(context.io, path, { hash: true }).catch((error) => {
        throw new SourceError('failed', error.message, { cause: error });
      });
      return storeFile(context, file, reader);
    },
  };
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function nothingThere(folder: string, name: string): string {
  return existsSync(folder) ? `${folder}: has no ${name}[.gz]` : `${folder}: no such folder`;
}
