/** Bearer tokens: one a line in a file, `#` begins a remark. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { CommandIo } from '../../core/environment.js';
import { OperationalError } from '../../core/errors.js';
import { readSmallFile } from '../../io/input.js';

export interface Tokens {
  /** Whether an Authorization header carries one of them; takes the same time whichever it is, or none. */
  accepts(authorization: string | undefined): boolean;
}

/** Tokens from a file. OperationalError where there are none, or one is too short to be a secret. */
export async function readTokens(io: CommandIo, path: string): Promise<Tokens> {
  const text = (await readSmallFile(io, path, 1 << 20)).toString('utf8');
  const tokens = text
    .split('\n')
    .map((line, i) => ({ token: line.trim(), line: i + 1 }))
    .filter(({ token }) => token !== '' && !token.startsWith('#'));
  if (tokens.length === 0)
    throw new OperationalError(path, 'holds no token; one a line was expected');
  for (const { token, line } of tokens)
    if (!/^[\x21-\x7e]{16,}$/.test(token))
      throw new OperationalError(
        `${path}: line ${line}`,
        'is no token: at least 16 characters without blanks were expected',
      );
  return tokensOf(tokens.map(({ token }) => token));
}

export function tokensOf(tokens: readonly string[]): Tokens {
  const digests = tokens.map(digestOf);
  return {
    accepts(authorization) {
      const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
      if (given === undefined) return false;
      const digest = digestOf(given);
      let found = false;
      // All of them, found or not. Digests are of one length, as timingSafeEqual wants them.
      for (const known of digests) found = timingSafeEqual(digest, known) || found;
      return found;
    },
  };
}

const digestOf = (token: string) => createHash('sha256').update(token).digest();
