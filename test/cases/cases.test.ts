/**
 * Black-box cases: test/cases/PROGRAM/NAME/{cmd,expout,experr,status}.
 * `cmd` is a bash script run in a fresh folder; what it prints and its status must be as recorded (missing: nothing, 0).
 * `make cases` writes the records anew, to be read as a diff.
 */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sameText } from '../support/close.js';
import { paths } from '../support/paths.js';
import { type ShellResult, shell } from '../support/shell.js';

const update = process.env.UPDATE_CASES === '1';
const wanted = process.env.CASES ?? '';
const cases = (readdirSync(paths.cases, { recursive: true }) as string[])
  .filter((file) => file.endsWith('/cmd') && file.includes(wanted))
  .map((file) => file.slice(0, -'/cmd'.length))
  .sort();

const test = suite('cases');
for (const name of cases) {
  test(name, async () => {
    const folder = join(paths.cases, name);
    const result = await shell(readFileSync(join(folder, 'cmd'), 'utf8'));
    if (update) record(folder, result);
    else compare(folder, result);
  });
}
test.run();

function compare(folder: string, { status, stdout, stderr }: ShellResult): void {
  const expected = (file: string, otherwise: string) =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : otherwise;
  const streams: [string, string][] = [
    ['experr', stderr],
    ['expout', stdout.toString('utf8')],
  ];
  for (const [file, actual] of streams) {
    const wanted = expected(file, '');
    if (!sameText(actual, wanted)) assert.is(actual, wanted, `${file} differs`);
  }
  assert.is(status, Number(expected('status', '0')), 'exit status');
}

function record(folder: string, { status, stdout, stderr }: ShellResult): void {
  const files: [string, string][] = [
    ['expout', stdout.toString('utf8')],
    ['experr', stderr],
    ['status', status === 0 ? '' : `${status}\n`],
  ];
  for (const [file, text] of files) {
    if (text) writeFileSync(join(folder, file), text);
    else rmSync(join(folder, file), { force: true });
  }
}
