/** Probe of a package in a process of its own: native code that crashes must not take us along. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Probe {
  readonly state: 'loads' | 'absent' | 'fails';
  /** The version where it loads, the reason where it fails. */
  readonly detail: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const patience = 60_000;
const quiet = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', ORT_DISABLE_TELEMETRY: '1' };

/**
 * Imports a package and evaluates `expression` with the module as `it`; its value is the detail.
 * stdout of the child is marked, as native libraries may write banners there.
 */
export function probePackage(name: string, expression: string): Promise<Probe> {
  const code = `
    const absent = (e) => e?.code === 'ERR_MODULE_NOT_FOUND' && e.message.includes("'${name}'");
    try {
      const it = await import('${name}');
      process.stdout.write('\\n@loads ' + (${expression}) + '\\n');
    } catch (error) {
      const reason = String(error?.message ?? error).split('\\n')[0];
      process.stdout.write((absent(error) ? '\\n@absent ' : '\\n@fails ') + reason + '\\n');
    }`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', code],
      { cwd: root, timeout: patience, env: quiet },
      (error, stdout) => {
        const said = /^@(loads|absent|fails) (.*)$/m.exec(stdout);
        if (said) resolve({ state: said[1] as Probe['state'], detail: said[2]! });
        else
          resolve({
            state: 'fails',
            detail: error?.signal ? `died of ${error.signal}` : 'ended without a word',
          });
      },
    );
  });
}
