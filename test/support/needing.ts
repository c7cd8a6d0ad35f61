/** Tests that need something a machine may lack: each is run where it is there, and skipped by name and with a reason elsewhere. */

import type { Callback, Test } from 'uvu';

/** Registers one test. */
export type Register = (name: string, run: Callback) => void;

/**
 * Registers tests that need something. missing: why they cannot run here, such as `no openssl to make a certificate
 * with`; undefined where they can. The runner counts the lines that are printed here against the tests that uvu skips.
 */
export function needing(test: Test, missing: string | undefined): Register {
  return (name, run) => {
    if (missing === undefined) {
      test(name, run);
      return;
    }
    test.skip(name, run);
    process.stdout.write(`SKIPPED: ${name}: ${missing}\n`);
  };
}
