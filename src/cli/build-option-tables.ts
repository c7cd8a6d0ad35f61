/** The last step of the build: writes every program's option table into one file, for option-tables.ts. */

import { renameSync, writeFileSync } from 'node:fs';
import { loadCommand, optionTablesPath } from './option-tables.js';
import { programs, suiteName } from './programs.js';

const names = [suiteName, ...programs.map((program) => program.name)];
const specs = await Promise.all(names.map(async (name) => [name, (await loadCommand(name)).spec]));
writeFileSync(`${optionTablesPath}.tmp`, JSON.stringify(Object.fromEntries(specs), sayable));
renameSync(`${optionTablesPath}.tmp`, optionTablesPath);

/** JSON would turn an infinite bound into null, and the table into another one. */
function sayable(field: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`an option table has ${field}: ${value}; use Number.MAX_SAFE_INTEGER`);
  return value;
}
