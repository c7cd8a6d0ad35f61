/** fmnist-train as a process: interrupts, crashes, outputs that cannot be written, and what its model file says. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import norm from '../../../src/cmd/norm.js';
import train from '../../../src/cmd/train.js';
import { openModel } from '../../../src/model/model.js';
import { decodeOnnx } from '../../../src/onnx/decode.js';
import { endChildren, eventually, startProgram } from '../../support/child.js';
import { runInMemory } from '../../support/memory-io.js';
import { paths } from '../../support/paths.js';
import { shell } from '../../support/shell.js';

const test = suite('cmd: train');
const tiny = join(paths.fixtures, 'tiny.idx');
const garments = join(paths.fixtures, 'garments-train.idx.gz');
const quick = ['--recipe', 'mlp', '--set', 'batch=8', '--set', 'epochs=2'];
/** A run that would go on for minutes, each epoch of which takes a moment. */
const long = ['--recipe', 'mlp', '--set', 'epochs=100000', '--validation', '0.2', garments];
/** A run whose first epoch takes minutes. */
const slow = ['--set', 'model.layers.4.filters=2048', garments];

let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(() => {
  endChildren();
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = () => readdirSync(folder).sort();
const records = (file: string) =>
  readFileSync(join(folder, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('an interrupt keeps the best model so far and says so', async () => {
  const child = startProgram(
    'fmnist-train',
    ['-o', 'm.onnx', '--log', 'l.ndjson', ...long],
    folder,
  );
  assert.ok(await eventually(() => child.stderr().includes('epoch      2/100000')));
  child.process.kill('SIGINT');
  assert.is(await child.ended, 0, child.stderr());
  assert.match(
    child.stderr(),
    /warning: interrupted: ending after this step, with the best model so far \(once more to end at once\)\n/,
  );
  const [, kept] =
    /ended by the interrupt; kept the weights of epoch (\d+); [\d,]+ images\/s\n$/.exec(
      child.stderr(),
    ) ?? [];
  assert.equal(inFolder(), ['l.ndjson', 'm.onnx']);
  const { info } = openModel(readFileSync(join(folder, 'm.onnx')), 'm');
  const [run, ...epochs] = records('l.ndjson');
  assert.is(run.type, 'run');
  const best = epochs.findLast((record: { best: boolean }) => record.best);
  assert.is(best.epoch, Number(kept));
  assert.is(info.training.keptEpoch, Number(kept));
  assert.is(info.training.validationLoss, best.validationLoss);
  assert.is(info.training.epochs, epochs.length);
  assert.is(info.training.interrupted, true);
});

test('an interrupt before the first epoch is over leaves nothing', async () => {
  const child = startProgram('fmnist-train', ['-o', 'm.onnx', '--log', '-', ...slow], folder);
  let log = '';
  child.process.stdout.on('data', (chunk) => {
    log += chunk;
  });
  assert.ok(await eventually(() => log.includes('"run"')), child.stderr());
  child.process.kill('SIGINT');
  assert.is(await child.ended, 1);
  assert.match(child.stderr(), /interrupted: .*, without a model, as no epoch is over yet/);
  assert.match(
    child.stderr(),
    /: training: ended before its first epoch was over; there is no model\n$/,
  );
  assert.equal(inFolder(), []);
});

test('a second interrupt ends it at once', async () => {
  const child = startProgram('fmnist-train', ['-o', 'm.onnx', '--log', '-', ...slow], folder);
  let log = '';
  child.process.stdout.on('data', (chunk) => {
    log += chunk;
  });
  assert.ok(await eventually(() => log.includes('"run"')), child.stderr());
  child.process.kill('SIGINT');
  assert.ok(await eventually(() => child.stderr().includes('interrupted')));
  child.process.kill('SIGINT');
  assert.is(await child.ended, 'SIGINT');
  assert.equal(inFolder(), []);
});

test('SIGTERM leaves no model, and the log as far as it came', async () => {
  const child = startProgram(
    'fmnist-train',
    ['-o', 'm.onnx', '--log', 'l.ndjson', ...long],
    folder,
  );
  assert.ok(await eventually(() => child.stderr().includes('epoch      2/100000')));
  assert.is(inFolder().length, 2);
  child.process.kill('SIGTERM');
  assert.is(await child.ended, 'SIGTERM');
  assert.equal(inFolder(), ['l.ndjson']);
  const [run, ...epochs] = records('l.ndjson');
  assert.is(run.type, 'run');
  assert.ok(epochs.length >= 2, 'both epochs that were told of');
});

for (const [name, how, message] of [
  ['throws', 'throw new Error("out of order")', 'out of order'],
  ['ends', 'process.exit(7)', 'a training worker ended early (7)'],
] as const)
  for (const worker of [0, 1])
    test(`worker ${worker} ${name} in the middle: an error, and no model`, async () => {
      const inject = join(folder, 'inject.mjs');
      writeFileSync(
        inject,
        `import { isMainThread, workerData } from 'node:worker_threads';
         if (!isMainThread && workerData.worker === ${worker}) setTimeout(() => { ${how} }, 700);`,
      );
      const child = startProgram(
        'fmnist-train',
        ['-q', '--threads', '2', '-o', 'm.onnx', '--log', 'l.ndjson', ...long],
        folder,
        { NODE_OPTIONS: `--import=${inject}` },
      );
      assert.is(await child.ended, 1);
      assert.is(child.stderr().split('\n')[0], `fmnist-train: ${message}`);
      assert.equal(inFolder(), ['inject.mjs', 'l.ndjson']);
    });

test('outputs that cannot be written are found before the input is waited for', async () => {
  for (const option of ['-o', '--log']) {
    const child = startProgram('fmnist-train', [option, 'none/x', ...quick, '-'], folder);
    assert.is(await child.ended, 1);
    assert.is(child.stderr(), `fmnist-train: none/x: cannot be written: there is no folder none\n`);
  }
  const both = await runInMemory(train, [
    ...quick,
    '-o',
    join(folder, 'x'),
    '--log',
    join(folder, 'x'),
    tiny,
  ]);
  assert.is(both.status, 2);
  assert.match(both.stderr, /named for two outputs/);
  assert.equal(inFolder(), []);
});

test('a terminal is no place for a model', async () => {
  const run = await runInMemory(train, [...quick, tiny], '', { stdoutIsTerminal: true });
  assert.is(run.status, 2);
  assert.match(run.stderr, /standard output is a terminal, and these are binary data/);
});

test('a reader that has gone away', async () => {
  const line = `fmnist-train -q ${quick.join(' ')} "$FIXTURES/tiny.idx" | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await shell(line);
  assert.equal([stdout.toString(), stderr], ['0\n', '']);
});

test('a full disk', async () => {
  const { status, stderr } = await shell(
    `fmnist-train -q ${quick.join(' ')} "$FIXTURES/tiny.idx" > /dev/full`,
  );
  assert.is(status, 1);
  assert.is(stderr, 'fmnist-train: standard output: cannot be written: no space left on device\n');
});

test('divergence: step, loss and advice; nothing on standard output', async () => {
  const run = await runInMemory(train, [
    ...quick,
    ...[
      '--set',
      'optimizer={"kind":"sgd","learningRate":0.3}',
      '--set',
      'optimizer.learningRate=900',
    ],
    ...['--set', 'epochs=50', '--log', join(folder, 'l.ndjson'), tiny],
  ]);
  assert.is(run.status, 1);
  assert.match(
    run.stderr,
    /recipe mlp: training diverged: the loss(?: on the validation images)? is (?:NaN|Infinity) at step \d+; a smaller learning rate may help \(--set optimizer\.learningRate=90\), or a warm-up\n$/,
  );
  assert.is(run.stdout.length, 0);
  assert.equal(inFolder(), ['l.ndjson']);
});

test('the log may go to standard output, record by record', async () => {
  const out = join(folder, 'm.onnx');
  const run = await runInMemory(train, [...quick, '-o', out, '--log', '-', tiny]);
  const lines = run.stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(
    lines.map(({ type }) => type),
    ['run', 'epoch', 'epoch'],
  );
  assert.is(lines[0].program, 'fmnist-train');
  assert.equal(inFolder(), ['m.onnx']);
});

test('two runs: the same model, and but for the timing the same log', async () => {
  const logs: unknown[] = [];
  const models: Buffer[] = [];
  for (const _ of [1, 2]) {
    const run = await runInMemory(train, [
      ...quick,
      '--validation',
      '0.25',
      '--log',
      join(folder, 'l'),
      tiny,
    ]);
    models.push(run.stdout);
    logs.push(records('l').map(({ seconds: _s, imagesPerSecond: _i, argv: _a, ...rest }) => rest));
  }
  assert.ok(models[0]?.length);
  assert.ok(models[0]?.equals(models[1]!));
  assert.equal(logs[0], logs[1]);
});

test('trained on raw or on normalised images: the same weights and normalisation', async () => {
  const normal = await runInMemory(norm, ['--fit'], readFileSync(tiny));
  const [raw, normed] = await Promise.all([
    runInMemory(train, [...quick, tiny]),
    runInMemory(train, quick, normal.stdout),
  ]);
  const [a, b] = [raw, normed].map((run) => openModel(run.stdout, 'm'));
  assert.equal(a?.weights, b?.weights);
  assert.equal(a?.info.normalization, b?.info.normalization);
  const programs = (model: typeof a) => model?.info.lineage.history.map(({ program }) => program);
  assert.equal(programs(a), ['fmnist-train']);
  assert.equal(programs(b), ['fmnist-norm', 'fmnist-train']);
});

test('the model says nothing of clock, host, user or path', async () => {
  const secret = join(folder, 'a-telling-path');
  mkdirSync(secret);
  writeFileSync(join(secret, 'input.idx'), gunzipSync(readFileSync(garments)));
  const recipe = JSON.parse(readFileSync(join(paths.root, 'src/train/recipes/mlp.json'), 'utf8'));
  writeFileSync(join(secret, 'mine.json'), JSON.stringify({ ...recipe, epochs: 2 }));
  const file = (name: string) => join(secret, name);
  const run = await runInMemory(train, [
    ...['--recipe', file('mine.json'), '--validation', file('input.idx'), '--seed', '3'],
    ...['-o', file('out.onnx'), '--log', file('log.ndjson'), '--threads', '1', file('input.idx')],
  ]);
  assert.is(run.status, 0, run.stderr);
  const bytes = readFileSync(file('out.onnx'));
  for (const word of ['telling', 'mine.json', 'out.onnx', 'log.ndjson', 'input.idx'])
    assert.not.ok(bytes.includes(word), word);
  const metadata = [...decodeOnnx(bytes).metadata.values()].join('\n');
  assert.not.match(metadata, /20\d\d-\d\d-\d\d|"argv"|"seconds"|imagesPerSecond|"threads"/);
  const words = metadata.split(/[^\w.-]+/);
  for (const word of [hostname(), userInfo().username]) assert.not.ok(words.includes(word), word);
  assert.not.match(metadata, /"\.{0,2}\//);
  const { info } = openModel(bytes, 'm');
  assert.is(info.lineage.history.at(-1)?.program, 'fmnist-train');
  assert.equal(info.lineage.history.at(-1)?.options, { recipe: 'mlp', seed: 3 });
  assert.is(info.lineage.history.at(-1)?.read?.length, 2);
  assert.is(info.synthetic, true);
  assert.match(info.lineage.engine ?? '', /^onnxruntime \d/);
  // Run from elsewhere, under other names, it is the same file.
  const other = await runInMemory(
    train,
    [
      ...[
        '--recipe',
        file('mine.json'),
        '--validation',
        file('input.idx'),
        '--seed',
        '3',
        '--threads',
        '2',
        '-',
      ],
    ],
    readFileSync(file('input.idx')),
  );
  assert.ok(other.stdout.equals(bytes));
});

test('held-out images: the fraction is told, the stream once', async () => {
  const run = await runInMemory(train, [...quick, '--validation', '0.25', tiny]);
  const [own] = openModel(run.stdout, 'm').info.lineage.history;
  assert.equal(own?.options, { recipe: 'mlp', seed: 0, validation: 0.25 });
  assert.is(own?.read?.length, 1);
});

test.run();
