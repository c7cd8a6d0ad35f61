/** Errors of a body that cannot be decompressed. */

import { RequestError } from '../request-error.js';

export function tooLarge(most: number, cause?: unknown): RequestError {
  return new RequestError(
    413,
    `the body is larger than ${most} bytes once decompressed`,
    {},
    { cause },
  );
}

export function unsound(name: string, reason: string, cause?: unknown): RequestError {
  return new RequestError(400, `the body is ${name}, but not sound (${reason})`, {}, { cause });
}
