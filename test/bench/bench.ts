/**
 * Everything that is measured against others, part by part, and one table and one picture of it in build/bench/. A part
 * that fails is said to have failed, and the others go on; what a part left before stays in the table.
 * usage: node dist/test/bench/bench.js [PART ...]   (training inference data startup scaling serve drift; `table` for the table alone)
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeRecord } from '../../src/ndjson/encode.js';
import { benchFolder, benchPicture, benchSheet, keptParts } from './comparison.js';
import { clock } from './figures.js';
import { markdown, plainSheet } from './markdown.js';

/** Words with which a part takes a few minutes at most. */
const parts: Readonly<Record<string, readonly string[]>> = {
  training: [],
  inference: [],
  data: [
    '--gib',
    '0',
    '--mb',
    '256',
    '--python',
    process.env.FMNIST_PEERS ?? 'build/numpy/bin/python',
  ],
  startup: ['11'],
  scaling: [],
  drift: [],
  serve: ['6', '3'],
};
const wanted = process.argv.slice(2);
const say = (text: string) => process.stderr.write(`${text}\n`);
const failed: string[] = [];

for (const [part, words] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(part)) continue;
  const script = fileURLToPath(new URL(`${part}.js`, import.meta.url));
  if (!existsSync(script)) {
    say(`${part}: there is no such measurement`);
    continue;
  }
  const started = performance.now();
  const { status, signal } = spawnSync(process.execPath, [script, ...words], { stdio: 'inherit' });
  if (signal === 'SIGINT' || signal === 'SIGTERM') throw new Error(`${part}: interrupted`);
  if (status !== 0) failed.push(part);
  say(
    `${part}: ${status === 0 ? 'done' : 'FAILED'} in ${clock((performance.now() - started) / 1000)}\n`,
  );
}

mkdirSync(benchFolder, { recursive: true });
const records = keptParts(Object.keys(parts));
const sheet = benchSheet(records);
const picture = benchPicture(records);
writeFileSync(join(benchFolder, 'bench.md'), `${markdown(sheet)}\n`);
writeFileSync(join(benchFolder, 'bench.records'), records.map(encodeRecord).join(''));
if (picture !== undefined) writeFileSync(join(benchFolder, 'bench.svg'), picture);
process.stdout.write(`${plainSheet(sheet)}\n`);
if (failed.length > 0) {
  say(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
