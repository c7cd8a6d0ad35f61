/** `fmnist x …`: runs another program of the suite in this process, or the suite's own commands. */

import { programs, suiteName } from './programs.js';
import { launch } from './run.js';

/**
 * Dispatcher of bin/fmnist: `fmnist x …` runs fmnist-x. Words behind a program's name belong to
 * that program, `--help` included.
 */
export async function dispatch(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const [word, ...rest] = argv;
  const isProgram = (name: string | undefined) => programs.some((p) => p.name === name);
  if (word !== undefined && isProgram(word)) return launch(word, rest);
  if (word !== 'help') return launch(suiteName, argv);
  const [about] = rest;
  return launch(about !== undefined && isProgram(about) ? about : suiteName, ['--help']);
}
