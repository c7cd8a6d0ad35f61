/** Settings of one fetch that every source of data files is given. */

import type { CommandIo } from '../core/environment.js';

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
