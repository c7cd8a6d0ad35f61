import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseFormat } from '../../../src/cli/format.js';
import { outputWidth } from '../../../src/cli/terminal-size.js';
import { memoryIo } from '../../support/memory-io.js';

const test = suite('cli/format');
const formats = ['text', 'ndjson', 'png'] as const;
const choose = (
  options: { format?: (typeof formats)[number]; output?: string },
  stdoutIsTerminal = false,
) =>
  chooseFormat(memoryIo('', { stdoutIsTerminal }), {
    format: options.format,
    output: options.output,
    formats,
  });

test('by the option, else by the file name, else by the terminal', () => {
  assert.is(choose({}), 'ndjson');
  assert.is(choose({}, true), 'text');
  assert.is(choose({ output: '-' }, true), 'text');
  assert.is(choose({ output: 'a.png' }, true), 'png');
  assert.is(choose({ output: 'a.PNG' }), 'png');
  assert.is(choose({ output: 'a.txt' }), 'text');
  assert.is(choose({ output: 'report' }, true), 'ndjson');
  assert.is(choose({ output: 'a.svg' }, true), 'ndjson', 'not among the formats');
  assert.is(choose({ output: 'a.png', format: 'text' }), 'text');
});

test('the width is the terminal, COLUMNS or 80, within reason', () => {
  assert.is(outputWidth(memoryIo('')), 80);
  assert.is(outputWidth(memoryIo('', { env: { COLUMNS: '132' } })), 132);
  assert.is(outputWidth(memoryIo('', { env: { COLUMNS: '7' } })), 40);
  assert.is(outputWidth(memoryIo('', { env: { COLUMNS: 'wide' } })), 80);
});

test.run();
