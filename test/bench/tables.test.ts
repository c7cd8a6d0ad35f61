/** The arithmetic of the measured tables: seeds, differences, times to an accuracy, ratios; and that docs/figures.md shows them. */

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shapeNetwork } from '../../src/model/network.js';
import type { AnyRecord } from '../../src/ndjson/records.js';
import { readRecipe } from '../../src/train/recipe.js';
import { paths } from '../support/paths.js';
import { ablationSheet, difference } from './ablation-table.js';
import { benchPicture, benchSheet, newestParts, timesAsFast } from './comparison.js';
import { type Curve, curvesPicture, curvesSheet, newestCurves, secondsTo } from './curves.js';
import { clock, deviation, median, shareOfSeeds } from './figures.js';
import { thisMachine } from './machine.js';
import { markdown } from './markdown.js';
import { powerPicture } from './power-picture.js';
import { powerSheet } from './power-table.js';
import { newestRuns, recipeSheet } from './recipe-table.js';
import { sections, withSections } from './sections.js';
import { readResults } from './store.js';
import { recipeJson } from './variant.js';

const test = suite('bench: tables');

test('figures of seeds', () => {
  assert.is(median([5, 1, 3]), 3);
  assert.is(median([5, 10, 1, 3]), 4);
  assert.ok(Number.isNaN(median([])));
  assert.ok(Math.abs(deviation([2, 4, 4, 4, 5, 5, 7, 9]) - Math.sqrt(32 / 7)) < 1e-12);
  assert.is(shareOfSeeds([0.93, 0.94]), '93.50 ± 0.71 %');
  assert.is(shareOfSeeds([0.9324]), '93.24 %');
  assert.is(shareOfSeeds([]), '–');
  const clocks = [4.21, 9.96, 59.6, 183, 7530, Number.NaN].map(clock);
  assert.equal(clocks, ['4.2 s', '10 s', '1 min 0 s', '3 min 3 s', '2 h 6 min', '–']);
});

const training = (recipe: string, seed: number, validationAccuracy: number): AnyRecord => ({
  type: 'training',
  ...{ name: 'fast', recipe, seed, version: '1', data: 'd', validationAccuracy },
  ...{ parameters: 12345, epochs: 3 + seed, seconds: 50 + seed, trainingSeconds: 1 },
});
const judgement = (recipe: string, seed: number, accuracy: number, options = ''): AnyRecord => ({
  type: 'judgement',
  ...{
    recipe,
    seed,
    version: '1',
    data: 'd',
    set: 'test',
    options,
    accuracy,
    ece: 0.02,
    images: 9,
  },
});
const runs = [
  training('old', 0, 0.5),
  judgement('old', 0, 0.5),
  { type: 'machine', processor: 'P', cores: 2, node: '20', version: '1' },
  training('new', 0, 0.92),
  training('new', 1, 0.94),
  judgement('new', 0, 0.91),
  judgement('new', 1, 0.93),
  judgement('new', 0, 0.92, '--tta flip'),
];

test('a recipe is what its newest runs are', () => {
  const { rows, notes } = recipeSheet(runs);
  const figures = ['93.00 ± 1.41 %', '92.00 ± 1.41 %', '0.0200', '92.00 %', '2'];
  assert.equal(rows, [['fast', '12,345', '3–4', '51 s', ...figures]]);
  assert.match(notes.join(' '), 'Measured on 2 cores (P), Node 20, fmnist 1.');
  const kept = newestRuns([...runs, ...runs]);
  assert.is(kept.length, 6);
  assert.not.ok(kept.some(({ recipe }) => recipe === 'old'));
  assert.equal(recipeSheet(kept).rows, rows);
});

const machine = (node: string): AnyRecord => ({
  type: 'machine',
  ...{ processor: 'P', cores: 2, node, version: '0' },
});

test('a machine is told by more than the name it goes by', () => {
  const { processor, cores, node } = thisMachine();
  assert.ok(processor.startsWith(cpus()[0]?.model.trim() ?? 'unknown processor'), processor);
  if (process.platform === 'linux' && process.arch === 'x64')
    assert.match(processor, /, family \d+, model \d+$/);
  assert.is(cores, availableParallelism());
  assert.is(`v${node}`, process.version);
});

test('recipes measured on several machines name them', () => {
  const [one, two] = [machine('1'), machine('2')];
  const slow = { ...training('slow', 0, 0.95), name: 'slow' };
  const before = [one, training('old', 0, 0.5), slow, judgement('slow', 0, 0.94)];
  // What was taken over is told again, on whatever machine it is judged.
  const built = [two, slow, training('new', 0, 0.92), judgement('new', 0, 0.91)];
  const kept = newestRuns([...before, ...built]);
  assert.equal(kept, [...before.toSpliced(1, 1), two, ...built.slice(2)]);
  const again = [two, { ...slow, epochs: 9 }, judgement('slow', 0, 0.99)];
  assert.equal(
    newestRuns([...before.toSpliced(1, 1), ...again]),
    again,
    'of what was done again the last',
  );
  assert.equal(recipeSheet(kept).notes.slice(-2), [
    'Measured on 2 cores (P), Node 1, fmnist 0: slow.',
    'Measured on 2 cores (P), Node 2, fmnist 0: fast.',
  ]);
});

test('a recipe that was refitted stands beside the one it was chosen by', () => {
  const { validationAccuracy, ...rest } = training('new', 0, 0.92);
  assert.is(validationAccuracy, 0.92);
  const apart = { name: 'fast, refitted', data: 'all', seconds: 70 };
  const refitted = [
    { ...rest, ...apart },
    { ...judgement('new', 0, 0.95), data: 'all' },
  ];
  const { rows, notes } = recipeSheet(newestRuns([...runs, ...refitted]));
  const figures = ['–', '95.00 %', '0.0200', '–', '1'];
  assert.equal(rows[1], ['fast, refitted', '12,345', '3', '1 min 10 s', ...figures]);
  assert.is(rows[0]?.[5], '92.00 ± 1.41 %');
  assert.match(notes[0] ?? '', /^Refitted: /);
});

test('an ablation compares seed by seed', () => {
  const trial = (variant: string, seed: number, accuracy: number) => ({
    type: 'trial',
    ...{ base: 'fast', variant, seed, accuracy, seconds: 10 },
  });
  const records = [
    ...[trial('as it is', 0, 0.93), trial('as it is', 1, 0.94), trial('as it is', 2, 0.9)],
    ...[trial('no flip', 0, 0.92), trial('no flip', 1, 0.935)],
    { type: 'refusal', variant: 'odd', reason: 'odd is no field' },
  ];
  const { rows, notes } = ablationSheet('fast', records);
  assert.equal(rows[0], ['as it is', '92.33 ± 2.08 %', '–', '10 s', '3']);
  assert.equal(rows[1], ['no flip', '92.75 ± 1.06 %', '−0.75 ± 0.25', '10 s', '2']);
  assert.match(notes.join('\n'), 'Not run: odd (odd is no field).');
  assert.is(difference(new Map([[5, 0.9]]), new Map([[4, 0.9]])), '–');
});

const curve = (contender: string, accuracy: number[], ended = true): Curve => ({
  type: 'curve',
  ...{ contender, program: 'p 1', accuracy, ended, seconds: accuracy.map((_, i) => 20 * (i + 1)) },
});

test('the time to an accuracy is that of the first epoch that has it', () => {
  const { seconds, accuracy } = curve('a', [0.9, 0.92, 0.9134, 0.93]);
  const times = [0.9134, 0.92, 0.93, 0.94].map((share) => secondsTo({ seconds, accuracy }, share));
  assert.equal(times, [40, 40, 80, undefined]);
  assert.is(secondsTo({ seconds: [], accuracy: [] }, 0.5), undefined);
});

test('the curves as table and picture', () => {
  const records = [
    curve('fmnist fast', [0.1]),
    curve('Keras, augmented', [0.5, 0.9], false),
    curve('fmnist fast', [0.91, 0.925]),
  ];
  const { header, rows } = curvesSheet(records);
  assert.equal(header.slice(1, 5), ['91.34 %', '92 %', '93 %', '94 %']);
  const fast = ['fmnist fast', '40 s', '40 s', '–', '–', '92.50 %', '2', '40 s'];
  const keras = ['Keras, augmented', '–', '–', '–', '–', '90.00 %', '2', '40 s, cut off'];
  assert.equal(rows, [fast, keras]);
  const picture = curvesPicture(records);
  for (const word of ['Peers with their augmentation', '>fast<', '>Keras<', '>92 %<'])
    assert.ok(picture.includes(word), word);
  assert.not.match(picture, 'NaN');
});

test('times as fast as the best peer, whatever the unit', () => {
  const peers = [
    { name: 'A', value: 10 },
    { name: 'B', value: 20 },
  ];
  assert.is(timesAsFast({ peers, less: false, ours: 30 }), 1.5);
  assert.is(timesAsFast({ peers, less: true, ours: 5 }), 2);
  assert.is(timesAsFast({ peers: [], less: true, ours: 5 }), undefined);
  const record = (part: string, task: string, ours: number, by: typeof peers) => ({
    type: 'comparison',
    ...{ part, task, unit: 'ms', less: true, ours, peers: by },
  });
  const records = [
    record('inference', 'one image', 5, peers),
    record('data', 'cat', 5, []),
    record('startup', 'help', 70, peers),
  ];
  const { rows } = benchSheet(records);
  assert.equal(rows[0], ['one image', '5 ms', 'A 10, B 20', '2.00 ×']);
  assert.equal(rows[1], ['cat', '5 ms', 'absent', '–']);
  const picture = benchPicture(records) ?? '';
  assert.ok(picture.includes('one image (A)') && !picture.includes('help'));
  assert.is(benchPicture([]), undefined);
});

test('Markdown keeps its columns', () => {
  const sheet = { header: ['a', 'b'], rows: [['x|y', '1']], notes: ['So.'] };
  assert.is(markdown(sheet), '| a | b |\n|---|---:|\n| x\\|y | 1 |\n\nSo.');
});

test('every variant of the ablation is a recipe', () => {
  const list = readFileSync(join(paths.root, 'test/bench/ablation.json'), 'utf8');
  const { base, variants } = JSON.parse(list) as {
    base: string;
    variants: { name: string; set?: string[] }[];
  };
  const names = variants.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  const size = { rows: 28, columns: 28, classes: 10 };
  for (const { set = [] } of variants) shapeNetwork(readRecipe(recipeJson(base, set)).model, size);
});

test('the power study: least windows, medians over classes, rates', () => {
  const at = { type: 'found', scope: 'both', alpha: 0.01 };
  const quiet = { type: 'false-alarms', scope: 'both', windows: 200 };
  const records = [
    { ...at, change: 'fog', severity: 1, images: 50, largest: 1000 },
    { ...at, change: 'fog', severity: 3, largest: 1000 },
    { ...at, change: 'mix Bag', severity: 10, images: 300, largest: 2000 },
    { ...at, change: 'mix Coat', severity: 10, largest: 2000 },
    { ...quiet, size: 30, alpha: 0.01, alarms: 1 },
    { ...quiet, size: 30, alpha: 0.05, alarms: 9 },
  ];
  const { rows, notes } = powerSheet(records);
  assert.equal(rows, [['fog', '50', '–', '> 1000', '–', '–', '–', '–', '–']]);
  assert.match(notes.join(' '), /10 points after more than 2000 images \(300 to > 2000\)/);
  assert.match(notes.join(' '), /at 1 %, 0.50 % of 30; at 5 %, 4.50 % of 30\./);
  assert.match(powerPicture(records), />&gt; 1000<[\s\S]*>Bag<[\s\S]*>4.50 %</);
});

test('docs/figures.md shows what is in test/bench/results', () => {
  const page = readFileSync(join(paths.root, 'docs/figures.md'), 'utf8');
  const results = new Map(
    sections.map(({ name }) => [
      name,
      readResults(join(paths.root, `test/bench/results/${name}.ndjson`)),
    ]),
  );
  assert.is(page, withSections(page, results), 'run: make figures');
  for (const { name, picture } of sections)
    if (picture && results.get(name)?.length)
      assert.is(
        readFileSync(join(paths.man, `pictures/${name}.svg`), 'utf8'),
        picture.draw(results.get(name) ?? []),
        `${name}.svg: run: make figures`,
      );
  assert.throws(() => withSections('nothing', results), /no marked place for bench/);
});

test('what is measured again takes the place of what was', () => {
  const of = (part: string, task: string, ours: number) => ({
    type: 'comparison',
    ...{ part, task, unit: 's', less: true, ours, peers: [] },
  });
  const parts = newestParts(
    [machine('1'), of('a', 'x', 1), of('a', 'gone', 1), of('b', 'y', 1)],
    [machine('2'), of('c', 'z', 2), of('a', 'x', 2)],
  );
  const [one, two] = [machine('1'), machine('2')];
  assert.equal(parts, [two, of('a', 'x', 2), one, of('b', 'y', 1), two, of('c', 'z', 2)]);
  assert.equal(benchSheet(parts).notes.slice(1), [
    'Measured on 2 cores (P), Node 2, fmnist 0: a; c.',
    'Measured on 2 cores (P), Node 1, fmnist 0: b.',
  ]);
  assert.equal(benchSheet([one, of('a', 'x', 2), one, of('b', 'y', 1)]).notes.slice(1), [
    'Measured on 2 cores (P), Node 1, fmnist 0.',
  ]);
  const curves = newestCurves(
    [one, curve('a', [0.1]), curve('b', [0.1])],
    [two, curve('a', [0.2]), one],
  );
  assert.equal(curves, [two, curve('a', [0.2]), one, curve('b', [0.1])]);
  assert.equal(curvesSheet(curves).notes.slice(1), [
    'Measured on 2 cores (P), Node 2, fmnist 0: a.',
    'Measured on 2 cores (P), Node 1, fmnist 0: b.',
  ]);
});

test.run();
