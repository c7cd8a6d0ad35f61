/** Sources of data files: the one interface of cache, mirror, site, package and folder. */

import type { CachedFile } from '../cache.js';
import type { DataFile } from '../datasets.js';
import type { FetchContext } from '../fetch-context.js';

export interface Source {
  /** As `--source` spells it. */
  readonly name: string;
  /** Puts the file into the cache, checked. Throws a SourceError where this source cannot give it. */
  obtain(file: DataFile, context: FetchContext): Promise<CachedFile>;
}
