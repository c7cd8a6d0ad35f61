/** Errors of a source of data files. */

/**
 * Failure of a source to give a file. `absent`: the source does not have it, or does not exist;
 * `failed`: it should have it, but could not be reached; `refused`: it gave something else.
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
