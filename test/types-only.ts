/**
 * Options for c8 that leave out source files without code: those that hold types alone have no line to run, and c8 would
 * count all of theirs as not run.
 * usage: node dist/test/types-only.js
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from './support/paths.js';

const compiled = join(paths.root, 'dist/src');
const hasCode = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace('export {};', '')
    .trim() !== '';
const options = (readdirSync(compiled, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.js') && !hasCode(readFileSync(join(compiled, file), 'utf8')))
  .map((file) => `--exclude src/${file.replace(/js$/, 'ts')}`);
process.stdout.write(`${options.join(' ')}\n`);
