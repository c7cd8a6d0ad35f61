/** Loading commands by name, as the launchers do. */

import { withCommonOptions } from '../../../src/cli/run.js';
import type { Command, CommandSpec } from '../../../src/cli/spec.js';

export async function loadCommand(name: string): Promise<Command> {
  return ((await import(`../../../src/cmd/${name}.js`)) as { default: Command }).default;
}

/** The spec with the options that every program takes. */
export async function loadSpec(name: string): Promise<CommandSpec> {
  return withCommonOptions((await loadCommand(name)).spec);
}
