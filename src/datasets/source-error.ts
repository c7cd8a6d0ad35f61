/** Errors of a source of data files. */

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
