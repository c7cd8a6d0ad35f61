/**
 * Option tables without the commands behind them: `--help`, completion and the list of programs need
 * the table alone, and loading a command loads all it works with. The build writes every table into
 * one file (build-option-tables.ts); where that file is older than a command, or missing, the command itself is loaded.
 */

import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, CommandSpec } from './command.js';

export const optionTablesPath = fileURLToPath(new URL('../specs.json', import.meta.url));
const commandUrl = (name: string) => new URL(`../cmd/${name}.js`, import.meta.url);

let baked: Readonly<Record<string, CommandSpec>> | undefined;

/** The option table of a command, without the common options. */
export async function specOf(name: string): Promise<CommandSpec> {
  return bakedSpec(name) ?? (await loadCommand(name)).spec;
}

/** A command, with all it imports. */
export async function loadCommand(name: string): Promise<Command> {
  return ((await import(commandUrl(name).href)) as { default: Command }).default;
}

function bakedSpec(name: string): CommandSpec | undefined {
  try {
    if (statSync(optionTablesPath).mtimeMs < statSync(commandUrl(name)).mtimeMs) return undefined;
    baked ??= JSON.parse(readFileSync(optionTablesPath, 'utf8')) as Record<string, CommandSpec>;
    return baked[name];
  } catch {
    // Not baked, or half-written: the command knows its own table.
    return undefined;
  }
}
