/** Strict tokenisation of the command line: words that yargs' parser would guess at are spelled out or refused. */

import { UsageError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import type { CommandSpec } from './command.js';

/**
 * Checks every option word against the table and takes clusters apart: `-qofile` → `-q`, `-o=file`.
 * Values that stand as words of their own pass through; yargs' parser never takes a word like `-x` for one.
 */
export function separateWords(spec: CommandSpec, argv: readonly string[]): string[] {
  const words: string[] = [];
  for (const [i, word] of argv.entries()) {
    if (word === '--') return [...words, ...argv.slice(i)];
    if (word.startsWith('--')) words.push(longWord(spec, word));
    else if (/^-[^-\d.]/.test(word)) words.push(...cluster(spec, word));
    else words.push(word);
  }
  return words;
}

function longWord(spec: CommandSpec, word: string): string {
  const name = /^--([^=]*)/.exec(word)![1]!;
  if (!Object.hasOwn(spec.options, name)) throw new UsageError(unknownOption(word, name, spec));
  return word;
}

function cluster(spec: CommandSpec, word: string): string[] {
  const letters = word.slice(1);
  const whole = letters.split('=')[0]!;
  if (whole.length > 1 && Object.hasOwn(spec.options, whole))
    throw new UsageError(unknownOption(word, whole, spec));
  const words: string[] = [];
  for (const [i, letter] of [...letters].entries()) {
    const option = Object.values(spec.options).find(({ alias }) => alias === letter);
    if (!option) throw new UsageError(unknownOption(`-${letter}`, letter, spec));
    const rest = letters.slice(i + 1);
    if (option.type === 'flag' && !rest.startsWith('=')) {
      words.push(`-${letter}`);
      continue;
    }
    words.push(rest === '' ? `-${letter}` : `-${letter}=${rest.replace(/^=/, '')}`);
    break;
  }
  return words;
}

function unknownOption(word: string, name: string, spec: CommandSpec): string {
  const near = name && nearest(name, Object.keys(spec.options));
  const shown = word.split('=')[0];
  return `unknown option ${shown}${near ? `; did you mean --${near}?` : ''}`;
}
