/** Whole files read into memory. */

import { readFile } from 'node:fs/promises';
import { OperationalError, systemReason } from '../core/errors.js';

/** Its bytes; an OperationalError that names `path` where it cannot be read. */
export function readWholeFile(path: string): Promise<Buffer> {
  return readFile(path).catch((error) => {
    throw new OperationalError(path, systemReason(error), { cause: error });
  });
}
