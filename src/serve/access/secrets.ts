/** Secrets in files, read again on SIGHUP: tokens, and the certificate with its key. */

import { createSecureContext } from 'node:tls';
import type { CommandIo } from '../../core/environment.js';
import { OperationalError } from '../../core/errors.js';
import { readWholeFile } from '../../io/whole-file.js';
import type { Guards } from './guard.js';
import { readTokens, type Tokens } from './tokens.js';

export interface SecretFiles {
  readonly predict: string | undefined;
  readonly admin: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

/** PEM texts. */
export interface Credentials {
  /** [bytes] of the certificate, PEM. */
  readonly cert: Buffer;
  /** [bytes] of its key, PEM. */
  readonly key: Buffer;
}

export class Secrets {
  #guards: { predict?: Tokens | undefined; admin?: Tokens | undefined } = {};
  #tls: Credentials | undefined;

  private constructor(
    readonly files: SecretFiles,
    readonly io: CommandIo,
  ) {}

  /** OperationalError where a file is missing, or does not hold what it should. */
  static async read(files: SecretFiles, io: CommandIo): Promise<Secrets> {
    const secrets = new Secrets(files, io);
    for (const read of secrets.#readers()) await read();
    return secrets;
  }

  /** Whose fields change when they are read again. */
  get guards(): Guards {
    return this.#guards;
  }

  get tls(): Credentials | undefined {
    return this.#tls;
  }

  /** Reads each file again; where one is not sound, what was read of it before stays. What was wrong, in words. */
  async reread(): Promise<string[]> {
    const faults: string[] = [];
    for (const read of this.#readers())
      try {
        await read();
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error;
        faults.push(error.message);
      }
    return faults;
  }

  #readers(): (() => Promise<void>)[] {
    const { predict, admin, tls } = this.files;
    const tokens = (which: 'predict' | 'admin', file: string | undefined) =>
      file === undefined
        ? []
        : [
            async () => {
              this.#guards[which] = await readTokens(this.io, file);
            },
          ];
    const credentials = async () => {
      if (tls) this.#tls = await readCredentials(tls);
    };
    return [...tokens('predict', predict), ...tokens('admin', admin), credentials];
  }
}

/** A certificate and its key, tried. */
async function readCredentials(files: NonNullable<SecretFiles['tls']>): Promise<Credentials> {
  const pair = { cert: await readWholeFile(files.cert), key: await readWholeFile(files.key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new OperationalError(
      `${files.cert}, ${files.key}`,
      `are no certificate and its key (${(error as Error).message}); PEM was expected`,
      { cause: error },
    );
  }
  return pair;
}
