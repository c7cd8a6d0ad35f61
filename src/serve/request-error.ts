/**
 * Errors of a request, in words that its sender may read; each becomes `{"error": …}` with
 * `status`.
 */

export class RequestError extends Error {
  override name = 'RequestError';

  /** `headers` go with the answer, such as Retry-After. */
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** More is asked than can be done in time: 503, at once, so that a balancer can go elsewhere. */
export function overloaded(message: string): RequestError {
  return new RequestError(503, message, { 'retry-after': '1' });
}
