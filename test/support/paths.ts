/** Where things stand, seen from a compiled test. */

import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const paths = {
  root: at(''),
  bin: at('bin'),
  man: at('man'),
  fixtures: at('fixtures'),
  cases: at('test/cases'),
} as const;
