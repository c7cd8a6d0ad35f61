/** A folder that holds the files, gzipped or not. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openInput } from '../../io/input.js';
import { storeFile } from '../cache.js';
import { SourceError } from '../source-error.js';
import type { Source } from './source.js';

export function folderSource(name: string, folder: string): Source {
  return {
    name,
    async obtain(file, context) {
      const paths = file.names.flatMap((n) => [join(folder, n), join(folder, `${n}.gz`)]);
      const path = paths.find((p) => existsSync(p));
      if (!path) throw new SourceError('absent', nothingThere(folder, file.name));
      const reader = await openInput(context.io, path, { hash: true }).catch((error) => {
        throw new SourceError('failed', error.message, { cause: error });
      });
      return storeFile(context, file, reader);
    },
  };
}

function nothingThere(folder: string, name: string): string {
  return existsSync(folder) ? `${folder}: has no ${name}[.gz]` : `${folder}: no such folder`;
}
