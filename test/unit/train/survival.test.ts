/** Training that is killed, interrupted or short of room, as a program: the same line again goes on, and ends in the same bytes. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Child, endChildren, eventually, startProgram } from '../../support/child.js';
import { paths } from '../../support/paths.js';
import { shell } from '../../support/shell.js';

const test = suite<{ folder: string }>('survival');
/** What a run that nothing ends gives. */
const whole = { model: Buffer.alloc(0), epochs: [] as unknown[] };

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe));
  return folder;
}
test.before(async () => {
  const folder = newFolder();
  await finish(folder, 'whole', []);
  whole.model = model(folder, 'whole');
  whole.epochs = epochs(folder, 'whole');
  rmSync(folder, { recursive: true });
});
test.before.each((context) => {
  context.folder = newFolder();
});
test.after.each(({ folder }) => {
  endChildren();
  rmSync(folder, { recursive: true, force: true });
});

/** Epochs of a few tenths of a second on 200 images. */
const recipe = {
  model: {
    layers: [
      { kind: 'conv', filters: 8, kernel: 3 },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'max-pool', size: 2 },
      { kind: 'dropout', rate: 0.2 },
      { kind: 'flatten' },
      { kind: 'dense', units: 192 },
      { kind: 'relu' },
      { kind: 'dropout', rate: 0.4 },
      { kind: 'dense', units: 'classes' },
    ],
  },
  augmentation: { preset: 'reference' },
  optimizer: { kind: 'adam', learningRate: 0.003 },
  mixup: { alpha: 0.2, probability: 0.5 },
  average: { decay: 0.99 },
  plateau: { patience: 1, factor: 0.5 },
  stopping: { patience: 4 },
  batch: 2,
  replicas: 2,
  epochs: 10,
};
const data = join(paths.fixtures, 'garments-train.idx.gz');
const words = ['--recipe', './recipe.json', '--validation', '0.2', data];
/** Checkpoints as often as the engine asks, ten times a second. */
const resuming = ['--checkpoint', 'kept', '--checkpoint-minutes', '0.001', '--resume'];

const start = (folder: string, name: string, more: readonly string[] = resuming) =>
  startProgram(
    'fmnist-train',
    ['-o', `${name}.onnx`, '--log', `${name}.ndjson`, ...more, ...words],
    folder,
  );

/** Runs it to its end. */
async function finish(folder: string, name: string, more: readonly string[] = resuming) {
  const child = start(folder, name, more);
  const status = await child.ended;
  if (status !== 0) assert.unreachable(`status ${status}: ${child.stderr()}`);
  return child.stderr();
}

const model = (folder: string, name: string) => readFileSync(join(folder, `${name}.onnx`));

/** The epochs of a log without what depends on the machine's speed. */
const epochs = (folder: string, name: string) =>
  readFileSync(join(folder, `${name}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { seconds: _, imagesPerSecond: __, ...record } = JSON.parse(line);
      return record;
    })
    .filter(({ type }) => type === 'epoch');

function list(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'kept'));
  } catch {
    return [];
  }
}
const sound = (folder: string) => list(folder).filter((name) => name.startsWith('checkpoint-'));

/** Waits until the child has kept a checkpoint that was not there. */
async function progress(folder: string, child: Child): Promise<void> {
  const before = new Set(sound(folder));
  const done = await eventually(
    () => child.process.exitCode !== null || sound(folder).some((name) => !before.has(name)),
  );
  assert.ok(done, `no checkpoint: ${child.stderr()}`);
}

test('killed at any time, again and again', async ({ folder }) => {
  let kills = 0;
  for (; kills < 6; kills++) {
    const child = start(folder, 'killed');
    await progress(folder, child);
    await new Promise((resolve) => setTimeout(resolve, 250 * Math.random()));
    child.process.kill('SIGKILL');
    const status = await child.ended;
    if (status === 0) break;
    assert.is(status, 'SIGKILL');
    assert.not(readdirSync(folder).includes('killed.onnx'), 'no part of a model');
  }
  assert.ok(kills >= 2, 'it was long enough to be killed');
  const said = await finish(folder, 'killed');
  assert.match(said, /going on from kept\/checkpoint-\d+\.idx, (after|in) epoch \d/);
  assert.equal(model(folder, 'killed'), whole.model);
  assert.equal(epochs(folder, 'killed'), whole.epochs);
  assert.is(list(folder).length, 2);
});

test('killed while it writes a checkpoint', async ({ folder }) => {
  let halves = 0;
  let kills = 0;
  for (; kills < 12 && halves < 3; kills++) {
    const child = start(folder, 'killed');
    await progress(folder, child);
    const watcher = watch(join(folder, 'kept'), (_, name) => {
      if (!name?.endsWith('.tmp')) return;
      child.process.kill('SIGKILL');
      watcher.close();
    });
    const status = await child.ended;
    watcher.close();
    if (list(folder).some((name) => name.endsWith('.tmp'))) halves++;
    assert.ok(sound(folder).length > 0);
    if (status === 0) break;
  }
  assert.ok(halves > 0, 'a checkpoint was cut short');
  const said = await finish(folder, 'killed');
  assert.not.match(said, 'warning', 'what was cut short bears no name');
  assert.equal(model(folder, 'killed'), whole.model);
  assert.is(list(folder).filter((name) => name.endsWith('.tmp')).length, 0);
});

test('interrupted, and resumed', async ({ folder }) => {
  const first = start(folder, 'interrupted');
  await progress(folder, first);
  first.process.kill('SIGINT');
  const status = await first.ended;
  const [newest] = sound(folder).reverse();
  assert.match(first.stderr(), `--resume goes on from kept/${newest}\n`);
  if (status === 0) assert.not.equal(model(folder, 'interrupted'), whole.model);
  else assert.match(first.stderr(), 'there is no model; --resume goes on from');
  const said = await finish(folder, 'interrupted');
  assert.match(said, `going on from kept/${newest}`);
  assert.equal(model(folder, 'interrupted'), whole.model);
  const again = await finish(folder, 'interrupted');
  assert.match(
    again,
    /going on from .* after epoch \d+ of 10\n.*kept the weights/,
    'nothing to train',
  );
  assert.equal(model(folder, 'interrupted'), whole.model);
});

test('terminated: a checkpoint, no model, and the signal', async ({ folder }) => {
  const first = start(folder, 'terminated', ['--checkpoint', 'kept', '--resume']);
  assert.ok(await eventually(() => first.stderr().includes('epoch  1/10')), first.stderr());
  first.process.kill('SIGTERM');
  assert.is(await first.ended, 'SIGTERM');
  const [newest] = sound(folder).reverse();
  assert.match(first.stderr(), 'warning: to be terminated: ending after this step');
  assert.equal(readdirSync(folder).sort(), ['kept', 'recipe.json', 'terminated.ndjson']);
  const said = await finish(folder, 'terminated');
  assert.match(said, `going on from kept/${newest},`);
  assert.equal(model(folder, 'terminated'), whole.model);
  assert.equal(epochs(folder, 'terminated'), whole.epochs);
});

test('a run that is refused leaves the log of the last one', async ({ folder }) => {
  const log = join(folder, 'log.ndjson');
  writeFileSync(log, 'precious\n');
  const child = start(folder, 'log', ['--checkpoint', 'kept', '--set', 'batch=500']);
  assert.is(await child.ended, 1);
  assert.is(readFileSync(log, 'utf8'), 'precious\n');
});

test('no room for the next checkpoint', async ({ folder }) => {
  await finish(folder, 'first', ['--checkpoint', 'kept', '--set', 'epochs=2']);
  const before = sound(folder).map((name) => readFileSync(join(folder, 'kept', name)));
  // A checkpoint is several times the model; files may be twice the model's size.
  const most = Math.ceil((2 * model(folder, 'first').length) / 1024);
  const line = [...words, '--checkpoint', 'kept', '--resume', '-o', 'last.onnx'];
  const full = await shell(`ulimit -f ${most}; fmnist-train ${line.join(' ')}`, { cwd: folder });
  assert.is(full.status, 0, full.stderr);
  assert.match(
    full.stderr,
    /warning: kept\/checkpoint-000000240.idx: cannot be written: file too large; training goes on, the last checkpoint is kept\/checkpoint-000000160.idx\n/,
  );
  assert.equal(
    sound(folder).map((name) => readFileSync(join(folder, 'kept', name))),
    before,
    'what was saved is there as it was',
  );
  assert.equal(model(folder, 'last'), whole.model);
});

test.run();
