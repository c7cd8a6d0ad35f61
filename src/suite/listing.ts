/** The list of programs that `fmnist` alone prints. */

import { specOf } from '../cli/option-tables.js';
import { groups, programName, programs, suiteName } from '../cli/programs.js';
import type { CommandIo } from '../core/environment.js';
import { version } from '../core/version.js';

/** The programs by group, one line each, and where to go from there. */
export async function listing(io: CommandIo): Promise<string> {
  const { stdoutColours } = await import('../cli/colour.js');
  const paint = stdoutColours(io);
  const width = Math.max(...programs.map(({ name }) => programName(name).length));
  const lines = [`${paint.bold(suiteName)} ${version()}: image classifiers, from data to service`];
  for (const [group, purpose] of Object.entries(groups)) {
    const members = programs.filter((program) => program.group === group);
    if (members.length === 0) continue;
    lines.push('', `${paint.bold(group)} ${paint.dim(`— ${purpose}`)}`);
    for (const { name } of members) {
      const { summary } = await specOf(name);
      lines.push(`  ${paint.cyan(programName(name).padEnd(width))}  ${summary}`);
    }
  }
  const hints: readonly (readonly [string, string])[] = [
    ['fmnist-stats --help', 'options and examples of a program'],
    ['fmnist man stats', 'its manual page; also: fmnist man 7, idx, model, records'],
    ['fmnist doctor', 'what this machine has, and what it lacks'],
  ];
  const hintWidth = Math.max(...hints.map(([command]) => command.length));
  lines.push('', paint.bold('more'));
  for (const [command, text] of hints) lines.push(`  ${command.padEnd(hintWidth)}  ${text}`);
  return `${lines.join('\n')}\n`;
}
