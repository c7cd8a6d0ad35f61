/** `fmnist man`: shows a page by man(1) where that is there, else in our own plain rendering. */

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, UsageError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { withOutput } from '../io/output.js';

const folder = fileURLToPath(new URL('../../../man', import.meta.url));

/**
 * The file of a page: `stats`, `fmnist-stats`, `idx` and `fmnist-idx` by name, `7` or `fmnist.7` by section.
 * Throws a UsageError that lists the pages.
 */
export function findPage(word: string): string {
  const pages = readdirSync(folder).filter((file) => /\.\d$/.test(file));
  const wanted = [word, `fmnist-${word}`, `fmnist.${word}`];
  const page = pages.find((file) =>
    wanted.some((name) => file === name || file.replace(/\.\d$/, '') === name),
  );
  if (page) return join(folder, page);
  const names = pages.map((file) => file.replace(/^fmnist-|\.\d$/g, ''));
  const near = nearest(word, names);
  throw new UsageError(
    `there is no page '${word}'${near ? `; did you mean ${near}?` : `; there are ${[...new Set(names)].join(', ')}`}`,
  );
}

/** Shows a page on standard output; by man(1) and its pager on a terminal. Returns the exit status. */
export async function showPage(io: CommandIo, word: string): Promise<number> {
  const path = findPage(word);
  if (io.stdoutIsTerminal && hasMan(path)) return byMan(path);
  const { renderMdoc } = await import('./mdoc.js');
  const { stdoutColours } = await import('../cli/colour.js');
  const paint = stdoutColours(io);
  const text = renderMdoc(readFileSync(path, 'utf8'), {
    bold: (words) => paint.bold(words),
    underline: (words) => paint.underline(words),
  });
  await withOutput(io, '-', (output) => output.write(text));
  return exitStatus.fine;
}

/** True if man(1) can show a file; the stand-in that minimal container images carry does not. */
export function hasMan(path = join(folder, 'fmnist.1')): boolean {
  const { status, stdout } = spawnSync('man', ['-w', path], { encoding: 'utf8', stdio: 'pipe' });
  return status === 0 && stdout.trim() === path;
}

function byMan(path: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn('man', [path], { stdio: 'inherit' });
    child.on('error', () => resolve(exitStatus.trouble));
    child.on('close', (status) => resolve(status ?? exitStatus.trouble));
  });
}
