/** Files read whole: their bytes, or who could not be read and why. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readWholeFile } from '../../../src/io/whole-file.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('io/whole-file');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-whole-'));
test.after(() => rmSync(folder, { recursive: true }));

test('the bytes', async () => {
  const file = join(folder, 'bytes');
  writeFileSync(file, Uint8Array.of(0, 255, 10));
  assert.equal([...(await readWholeFile(file))], [0, 255, 10]);
});

test('what cannot be read is named', async () => {
  const missing = join(folder, 'none');
  assert.is(await troubleOf(() => readWholeFile(missing)), `${missing}: no such file or directory`);
  assert.is(
    await troubleOf(() => readWholeFile(folder)),
    `${folder}: is a directory; a file was expected`,
  );
});

test.run();
