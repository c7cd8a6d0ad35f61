/** What work complains of. */

import * as assert from 'uvu/assert';
import { OperationalError, UsageError } from '../../src/core/errors.js';

/** The message of the OperationalError that `work` ends in; anything else, success too, fails the test. */
export async function troubleOf(work: () => unknown): Promise<string> {
  return messageOf(work, OperationalError);
}

/** The message of the UsageError that `work` ends in. */
export async function usageErrorOf(work: () => unknown): Promise<string> {
  return messageOf(work, UsageError);
}

async function messageOf(
  work: () => unknown,
  kind: new (...args: never[]) => Error,
): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    return error.message;
  }
  assert.unreachable(`a ${kind.name} was expected, and nothing was wrong`);
  return '';
}
