/** Loading commands by name, as the launchers do. */

import { withCommonOptions } from '../../../src/cli/run.js';
import type { CommandSpec } from '../../../src/cli/spec.js';
import { loadCommand } from '../../../src/cli/specs.js';

/** A command's own spec (never a baked one), with the options that every program takes. */
export async function loadSpec(name: string): Promise<CommandSpec> {
  return withCommonOptions((await loadCommand(name)).spec);
}
