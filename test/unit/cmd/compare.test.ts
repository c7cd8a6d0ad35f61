/** fmnist-compare and fmnist-report where a case cannot go: at a terminal. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import compare from '../../../src/cmd/compare.js';
import report from '../../../src/cmd/report.js';
import { plainText } from '../../../src/picture/ansi.js';
import { textWidth } from '../../../src/picture/text-width.js';
import { runInMemory } from '../../support/memory-io.js';
import { paths } from '../../support/paths.js';

const test = suite('cmd/compare');
const fixture = (name: string) => join(paths.fixtures, name);
const pair = [fixture('predictions.ndjson'), fixture('retrained-predictions.ndjson')];
const empty = mkdtempSync(join(tmpdir(), 'fmnist-compare-'));
const terminal = {
  stdinIsTerminal: true,
  stdoutIsTerminal: true,
  env: { XDG_CACHE_HOME: empty, HOME: empty, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
};
const run = (argv: readonly string[], changes = {}) =>
  runInMemory(compare as never, argv, '', { ...terminal, ...changes });

test('models without images take the cached test split, and miss it by name', async () => {
  const model = fixture('bars.onnx');
  const { status, stdout, stderr } = await run([model, model]);
  assert.match(stderr, /the cached test split: .*fmnist-fetch test/);
  assert.is(status, 1);
  assert.is(stdout.length, 0);
});

test('in colour, it is the report without colour but for the colour', async () => {
  const coloured = await run(pair);
  assert.is(coloured.status, 0);
  assert.match(coloured.stdout.toString(), '\u001b[38;2;');
  const bare = await run(pair, { env: { ...terminal.env, NO_COLOR: '1' } });
  const unpadded = plainText(coloured.stdout.toString()).replace(/ +$/gm, '');
  assert.is(unpadded, bare.stdout.toString());
  assert.not.match(bare.stdout.toString(), '\u001b');
});

test('no line is wider than the terminal', async () => {
  const folder = join(empty, 'nothing');
  mkdirSync(folder, { recursive: true });
  for (const COLUMNS of ['60', '80', '132']) {
    const env = { ...terminal.env, COLUMNS };
    const texts = [
      (await run(pair, { env })).stdout,
      (await run([...pair].reverse(), { env })).stdout,
      (await runInMemory(report as never, [folder], '', { ...terminal, env })).stdout,
    ];
    for (const line of plainText(texts.join('\n')).split('\n'))
      assert.ok(textWidth(line) <= Number(COLUMNS), `${COLUMNS}: ${line}`);
  }
});

test('what is said in the text is not said again', async () => {
  const { status, stderr } = await run([...pair].reverse());
  assert.is(status, 3);
  assert.is(stderr, '');
});

test('another seed moves the ends of the interval a little, and nothing else', async () => {
  const figures = async (seed: string) => {
    const argv = ['--format', 'ndjson', '--seed', seed, ...pair];
    const { stdout } = await run(argv);
    return stdout
      .toString()
      .split('\n')
      .filter((line) => line.includes('"comparison"'))
      .map((line) => JSON.parse(line))[0];
  };
  const [a, b] = [await figures('1'), await figures('2')];
  assert.equal(
    { ...a, differenceLow: 0, differenceHigh: 0 },
    { ...b, differenceLow: 0, differenceHigh: 0 },
  );
  assert.ok(Math.abs(a.differenceLow - b.differenceLow) < 0.03);
  assert.ok(Math.abs(a.differenceHigh - b.differenceHigh) < 0.03);
});

test.after(() => rmSync(empty, { recursive: true, force: true }));
test.run();
