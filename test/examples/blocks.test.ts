/** Examples found in Markdown files and in manual pages. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { markdownExamples, pageExamples } from './blocks.js';

const test = suite('examples: blocks');

test('commands and what they print', () => {
  const text = ['One:', '', '```console', '$ a |', '>   b', 'out 1', 'out 2', '$ c', '```', ''];
  assert.equal(markdownExamples(text.join('\n')), [
    {
      line: 4,
      steps: [{ script: 'a |\n  b', shown: 'out 1\nout 2', at: [5, 7] }, { script: 'c' }],
    },
  ]);
});

test('scripts, excuses and other blocks', () => {
  const text = [
    '<!-- not run: it is long -->',
    '```sh',
    'make all',
    '```',
    '```text',
    'not for a shell',
    '```',
    '<!-- varies: with the machine -->',
    '```sh',
    'a',
    'b',
    '```',
  ];
  assert.equal(markdownExamples(text.join('\n')), [
    { line: 3, steps: [{ script: 'make all' }], skip: 'it is long' },
    { line: 10, steps: [{ script: 'a\nb' }], varies: true },
  ]);
});

test('literal blocks of the EXAMPLES of a page, and no others', () => {
  const page = [
    '.Sh DESCRIPTION',
    '.Bd -literal',
    'not an example',
    '.Ed',
    '.Sh EXAMPLES',
    'First:',
    '.Bd -literal -offset indent',
    "printf 'a\\en'",
    '.Ed',
    '.\\" not run: nobody has it',
    '.Bd -literal -offset indent',
    'b',
    '.Ed',
    '.Sh SEE ALSO',
    '.Bd -literal',
    'not an example',
    '.Ed',
  ];
  assert.equal(pageExamples(page.join('\n')), [
    { line: 8, steps: [{ script: "printf 'a\\n'" }] },
    { line: 12, steps: [{ script: 'b' }], skip: 'nobody has it' },
  ]);
});

test.run();
