/** Loading commands by name, as the launchers do. */

import type { CommandSpec } from '../../../src/cli/command.js';
import { loadCommand } from '../../../src/cli/option-tables.js';
import { withCommonOptions } from '../../../src/cli/run.js';

/** A command's own spec (never a baked one), with the options that every program takes. */
export async function loadSpec(name: string): Promise<CommandSpec> {
  return withCommonOptions((await loadCommand(name)).spec);
}
