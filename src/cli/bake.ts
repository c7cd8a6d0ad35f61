/** The last step of the build: writes every program's option table into one file, for specs.ts. */

import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { toJson } from '../ndjson/encode.js';
import { programs, suiteName } from './programs.js';
import { bakedPath, commandUrl, loadCommand } from './specs.js';

const names = [suiteName, ...programs.map((program) => program.name)];
const there = names.filter((name) => existsSync(commandUrl(name)));
const specs = await Promise.all(there.map(async (name) => [name, (await loadCommand(name)).spec]));
writeFileSync(`${bakedPath}.tmp`, toJson(Object.fromEntries(specs)));
renameSync(`${bakedPath}.tmp`, bakedPath);
