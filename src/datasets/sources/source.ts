/** What a source of data files is, and how it says that it has none. */

import type { CommandIo } from '../../core/environment.js';
import type { CachedFile } from '../cache.js';
import type { DataFile } from '../datasets.js';

export interface FetchContext {
  readonly io: CommandIo;
  /** The cache's folder; every source puts what it finds there. */
  readonly cache: string;
  /** Hash cached files anew instead of trusting their stamps. */
  readonly verify: boolean;
  /** Milliseconds without a byte, or without a connection, before a server is given up. */
  readonly timeout: number;
  /** How often a download that broke off is taken up again. */
  readonly retries: number;
}

export interface Source {
  /** As `--source` spells it. */
  readonly name: string;
  /** Puts the file into the cache, checked. Throws a SourceError where this source cannot give it. */
  obtain(file: DataFile, context: FetchContext): Promise<CachedFile>;
}

/**
 * Why a source did not give a file. `absent`: it does not have it, or is not there at all;
 * `failed`: it ought to have it, but could not be reached; `refused`: it gave something else.
 */
export class SourceError extends Error {
  override name = 'SourceError';
  constructor(
    readonly kind: 'absent' | 'failed' | 'refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
