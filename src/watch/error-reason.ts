/** Reason of a failed fetch or command, in words. */

/** The words of the error behind it, where there is one; of several addresses that were tried there is a list, which has a code only. */
export function errorReason(error: unknown): string {
  const { message, cause } = error as Error;
  const { code, message: words = message } = (cause ?? {}) as NodeJS.ErrnoException;
  return words || code || message;
}
