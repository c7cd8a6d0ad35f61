/** Cache as a source: the files of an earlier fetch. */

import { OperationalError } from '../../core/errors.js';
import { cachePath, findCached } from '../cache.js';
import { SourceError } from '../source-error.js';
import type { Source } from './source.js';

export function cacheSource(): Source {
  return {
    name: 'cache',
    async obtain(file, { io, cache, verify }) {
      try {
        const found = await findCached(io, cache, file, verify);
        if (found) return found;
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error;
        throw new SourceError('refused', error.message, { cause: error });
      }
      throw new SourceError('absent', `${cachePath(cache, file)}: not there yet`);
    },
  };
}
