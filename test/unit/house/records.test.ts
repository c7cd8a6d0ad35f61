/** Every type of record that a program writes is on fmnist-records(5), field by field, and no other. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: records');
const page = readFileSync(join(paths.man, 'fmnist-records.5'), 'utf8');

/** Record type → its fields, from the interfaces that extend AnyRecord. */
const declared = new Map<string, string[]>();
const folder = join(paths.root, 'src');
for (const file of readdirSync(folder, { recursive: true }) as string[]) {
  if (!file.endsWith('.ts')) continue;
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, body = ''] of text.matchAll(
    /^export interface \w+ extends AnyRecord[^{]*{([\s\S]*?)^}/gm,
  )) {
    const type = /readonly type: '([^']+)'/.exec(body)?.[1];
    if (type === undefined) continue;
    const fields = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((m) => m[1] as string);
    declared.set(
      type,
      fields.filter((field) => field !== 'type'),
    );
  }
}

/** Record type → what the page says of it. */
const described = new Map(
  page
    .slice(0, page.indexOf('.Sh EXAMPLES'))
    .split(/^\.Ss /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), part]),
);

test('the page and the sources know the same types', () => {
  assert.ok(declared.has('run') && declared.has('epoch'), 'records are found in the sources');
  assert.equal([...described.keys()].sort(), [...declared.keys()].sort());
});

for (const [type, fields] of declared) {
  test(`${type}: every field is on the page`, () => {
    const words = new Set(described.get(type)?.match(/\w+/g));
    assert.equal(
      fields.filter((field) => !words.has(field)),
      [],
    );
  });
}

test.run();
