/** Names and docstrings of src/: one meaning a name, a first word that can be searched for, shapes of arrays. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exportedNames, sources } from './sources.js';

const test = suite('house: names');

/** A docstring that opens with one of these names nothing that a reader would search for. */
const idle =
  /^(What|Whether|How|Who|Whoever|Whose|Which|Where|When|Whatever|Why|Nobody|Somebody|Such|Told|Asked|Said)\b/;
const riddles =
  /\b(nobody|somebody|whoever|anybody|second thoughts|comes? to rest|comes? to on)\b/i;
const typedArrays =
  /\b(Float32Array|Float64Array|Uint8Array|Int8Array|Int16Array|Int32Array|Uint16Array|Uint32Array|Uint8ClampedArray|Buffer)\b/;

test('an exported name stands for one thing', () => {
  const files = new Map<string, string[]>();
  for (const { file, text } of sources)
    for (const name of exportedNames(text)) files.set(name, [...(files.get(name) ?? []), file]);
  const doubled = [...files].filter(([, holders]) => new Set(holders).size > 1);
  process.stdout.write(`FIGURE: exported names that stand for two things: ${doubled.length}\n`);
  assert.equal(doubled, []);
});

test('files and exports open with a term of the field', () => {
  const wrong = sources.flatMap(({ file, text }) =>
    docstrings(text)
      .filter(({ comment }) => idle.test(comment))
      .map(({ comment }) => `${file}: ${comment.slice(0, 60)}`),
  );
  assert.equal(wrong, []);
});

test('comments speak of callers, requests and users, not of somebody', () => {
  const wrong = sources.flatMap(({ file, text }) =>
    text
      .split('\n')
      .filter((line) => /^\s*(\/\/|\/?\*)/.test(line) && riddles.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  assert.equal(wrong, []);
});

test('arrays of exported interfaces carry their shape', () => {
  const wrong = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].flatMap(
      ([, name, body = '']) => shapeless(body).map((field) => `${file}: ${name}.${field}`),
    ),
  );
  assert.equal(wrong, []);
});

test('no cast hides what an index may lack', () => {
  const wrong = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/\][)]? as (number|string)\b(?! \||\[)/g)].map(({ index }) => {
      const line = text.slice(text.lastIndexOf('\n', index) + 1, text.indexOf('\n', index)).trim();
      return `${file}: ${line}`;
    }),
  );
  assert.ok(wrong.length <= 2, wrong.join('\n'));
});

test.run();

/** The header of a file and the docstrings of its exports: the text of each, on one line. */
function docstrings(text: string): { comment: string }[] {
  const found = [...text.matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\n(?=export )/g)];
  const header = /^\/\*\*((?:[^*]|\*(?!\/))*)\*\//.exec(text);
  return [...(header ? [header] : []), ...found].map((match) => ({
    comment: match[1]!
      .replace(/\n\s*\*/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  }));
}

/**
 * Names of the typed-array fields of an interface's body that no comment gives a shape, such as [count, rows, columns].
 * A comment holds for the fields that follow it without one of their own.
 */
function shapeless(body: string): string[] {
  const wrong: string[] = [];
  let comment = '';
  for (const part of body.matchAll(
    /\/\*\*([\s\S]*?)\*\/|^ {2}(?:readonly )?(\w+)\??: ([^;]+);/gm,
  )) {
    if (part[2] === undefined) comment = part[1]!;
    else if (typedArrays.test(part[3]!) && !part[3]!.includes('=>') && !/\[[^\]]+\]/.test(comment))
      wrong.push(part[2]);
  }
  return wrong;
}
