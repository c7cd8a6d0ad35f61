/** fmnist-show on sets in memory: pixels of every kind, classes of every kind, predictions, sheets. */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import show from '../../../src/cmd/show.js';
import type { Normalization } from '../../../src/idx/normalization.js';
import { normalize } from '../../../src/idx/normalization.js';
import { runInMemory } from '../../support/memory-io.js';
import { makeSet } from '../../support/streams.js';

const test = suite('show');
const lines = (bytes: Buffer) => bytes.toString('utf8').split('\n');

/** Four pixels in a row, from black to white, the same in every image. */
const steps = [0, 85, 170, 255];
const stepped = (changes: object = {}) =>
  makeSet({ count: 4, rows: 1, columns: 4, pixel: (_, at) => steps[at]!, ...changes });
const drawn = ' *o@';

test('raw pixels', async () => {
  const { stdout, status } = await runInMemory(show, ['--count', '1'], stepped().bytes);
  assert.is(status, 0);
  assert.equal(lines(stdout), ['Images, 4 images of 1 x 4', '', drawn, '0 #0', '']);
});

for (const per of ['dataset', 'pixel'] as const) {
  test(`f32 pixels normalised per ${per} are shown as they were`, async () => {
    const normalization: Normalization = {
      kind: 'standardize',
      per,
      mean: per === 'dataset' ? [72.9] : [1, 200, 3, 40],
      deviation: per === 'dataset' ? [90] : [5, 60, 7, 0.8],
    };
    const values = normalize(steps, normalization, 4);
    const set = stepped({
      type: 'f32',
      annotation: { normalization },
      pixel: (_: number, at: number) => values[at]!,
    });
    const { stdout, stderr } = await runInMemory(show, [], set.bytes);
    assert.is(lines(stdout)[2], [drawn, drawn, drawn, drawn].join(' '.repeat(12)));
    assert.is(stderr, '');
  });
}

test('f32 pixels of unknown normalisation are stretched, with a warning', async () => {
  const set = stepped({ type: 'f32', pixel: (_: number, at: number) => at / 10 - 3 });
  const { stdout, stderr } = await runInMemory(show, ['--count', '1'], set.bytes);
  assert.is(lines(stdout)[2], drawn);
  assert.match(stderr, /warning: .*how it was normalised/);
});

test('a contract that does not fit the pixels is refused', async () => {
  const normalization = { kind: 'scale', per: 'pixel', mean: [0], deviation: [255] } as const;
  const set = stepped({ type: 'f32', annotation: { normalization } });
  const { status, stderr } = await runInMemory(show, [], set.bytes);
  assert.is(status, 1);
  assert.match(stderr, /mean is .*; a list of 4 finite numbers was expected/);
});

test('labels that are not 0, 1, 2: by name and by value', async () => {
  const annotation = { classes: ['A', 'B', '7'], labels: [1, 2, 26] };
  const { bytes } = stepped({ classes: [1, 2, 26], annotation });
  const captions = async (...words: string[]) =>
    lines((await runInMemory(show, words, bytes)).stdout).at(-2);
  assert.is(await captions('--class', 'b'), 'B #1');
  assert.is(await captions('--class', '26'), '7 #2');
  assert.is(await captions('--class', '7'), '7 #2');
  assert.is(await captions('--class', 'A'), 'A #0            A #3');
  const { status, stderr } = await runInMemory(show, ['--class', '0'], bytes);
  assert.is(status, 1);
  assert.match(stderr, /has no class '0'; its classes are A, B, 7/);
});

test('images may come before their labels', async () => {
  const { stdout } = await runInMemory(show, ['--from', '3'], stepped({ labels: 'last' }).bytes);
  assert.is(lines(stdout)[3], '0 #3');
});

test('what follows the last image shown is not read', async () => {
  const { bytes } = stepped({ count: 1000 });
  const cut = bytes.subarray(0, bytes.length - 1);
  assert.is((await runInMemory(show, ['--count', '2'], cut)).status, 0);
  assert.is((await runInMemory(show, ['--count', '1000'], cut)).status, 1);
});

const predictions = (...rows: readonly (readonly [number, number, number])[]) =>
  [
    { type: 'classes', names: ['zero', 'one', 'two'], labels: [0, 1, 2] },
    ...rows.map(([index, prediction, p]) => ({
      type: 'prediction',
      index,
      label: index % 3,
      prediction,
      probabilities: [0, 1, 2].map((c) => (c === prediction ? p : (1 - p) / 2)),
    })),
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('');

test('predictions: checked against the stream', async () => {
  const { writeFileSync, mkdtempSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/fmnist-test-');
  const file = `${folder}/p.ndjson`;
  const against = async (records: string, words: string[] = []) => {
    writeFileSync(file, records);
    return runInMemory(show, ['--predictions', file, ...words], stepped().bytes);
  };
  try {
    const refusals: [string, RegExp][] = [
      [predictions([4, 1, 1]), /line 2: is about image 4, but standard input has 4/],
      [predictions([1, 1, 1], [1, 1, 1]), /line 3: is the second prediction for image 1/],
      [predictions([1, 1, 1]).replace('"label":1', '"label":2'), /has label 2, but in .* it has 1/],
      ['', /has no prediction records/],
    ];
    for (const [records, expected] of refusals) {
      const { status, stderr } = await against(records);
      assert.is(status, 1);
      assert.match(stderr, expected);
    }
    const records = predictions([0, 1, 0.5], [1, 2, 0.9], [2, 2, 0.99], [3, 2, 0.7]);
    const { stdout } = await against(records, ['--errors', '--count', '2']);
    assert.equal(lines(stdout).slice(3, 5), [
      'one #1                zero #3',
      '-> two 90.0 %         -> two 70.0 %',
    ]);
    const later = await against(records, ['--errors', '--from', '2', '--class', 'zero']);
    assert.equal(lines(later.stdout).slice(3, 5), ['zero #3', '-> two 70.0 %']);
    assert.match(later.stdout.toString(), 'only zero, 1 of 3 mistakes in 4 predictions');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a sheet as PNG on a pipe: its size follows from columns and zoom', async () => {
  const size = async (...words: string[]) => {
    const { stdout } = await runInMemory(
      show,
      ['--format', 'png', ...words],
      makeSet({ count: 6, rows: 10, columns: 20 }).bytes,
    );
    const { width = 0, height = 0 } = await sharp(stdout).metadata();
    return [width, height] as const;
  };
  const [wide, high] = await size('--columns', '3', '--zoom', '4');
  const [wider, higher] = await size('--columns', '3', '--zoom', '5');
  // Two pixels a unit: three images of 20 across, two rows of 10.
  assert.equal([wider - wide, higher - high], [3 * 20 * 2, 2 * 10 * 2]);
});

test('a terminal gets colours, no PNG, and as many images as fit', async () => {
  const terminal = { stdoutIsTerminal: true, env: { TERM: 'xterm-256color' } };
  const coloured = await runInMemory(show, ['--count', '1'], stepped().bytes, terminal);
  assert.match(coloured.stdout.toString(), '\x1b[38;5;16m');
  const plain = await runInMemory(show, ['--count', '1'], stepped().bytes, {
    ...terminal,
    env: { ...terminal.env, NO_COLOR: '1' },
  });
  assert.not.match(plain.stdout.toString(), '\x1b');
  const refused = await runInMemory(show, ['--format', 'png'], stepped().bytes, terminal);
  assert.is(refused.status, 2);
  const narrow = await runInMemory(show, [], stepped().bytes, { env: { COLUMNS: '32' } });
  assert.is(lines(narrow.stdout)[2], `${drawn}${' '.repeat(12)}${drawn}`);
});

test('at a terminal with nothing named: the cached test split, or how to get it', async () => {
  const terminal = { stdinIsTerminal: true, env: { FMNIST_CACHE: '/nowhere' } };
  const { status, stderr } = await runInMemory(show, [], '', terminal);
  assert.is(status, 1);
  assert.match(stderr, /the cached test split: is not in \/nowhere; 'fmnist-fetch test/);
  assert.is((await runInMemory(show, ['-'], '', terminal)).status, 2);
  assert.is((await runInMemory(show, ['--curve'], '', terminal)).status, 2);
});

test.run();
