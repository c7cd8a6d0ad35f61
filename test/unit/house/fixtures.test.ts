/** The fixtures in the repository are what their generator makes. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: fixtures');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-fixtures-'));

/** gzip's bytes differ from zlib to zlib, so compressed fixtures are compared by what is in them, as far as it goes. */
function content(path: string): Buffer {
  const bytes = readFileSync(path);
  if (!path.endsWith('.gz')) return bytes;
  return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

test('the generator makes what is committed', () => {
  execFileSync(process.execPath, [join(paths.root, 'dist/fixtures/make.js'), folder]);
  const made = readdirSync(folder).sort();
  const committed = readdirSync(paths.fixtures)
    .filter((file) => !file.endsWith('.ts'))
    .sort();
  assert.equal(made, committed);
  for (const file of made) {
    const same = content(join(folder, file)).equals(content(join(paths.fixtures, file)));
    assert.ok(same, `${file} differs; run: node dist/fixtures/make.js`);
  }
});

test('fixtures are small', () => {
  for (const file of made()) assert.ok(readFileSync(file).length < 256 * 1024, file);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();

function made(): string[] {
  return readdirSync(paths.fixtures).map((file) => join(paths.fixtures, file));
}
