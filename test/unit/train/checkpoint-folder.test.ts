/** The folder of a run's checkpoints: what is kept, what is refused, what is gone back to. */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CheckpointFolder, openCheckpoints } from '../../../src/train/checkpoint-folder.js';
import { readRecipe } from '../../../src/train/recipe.js';
import type { RunIdentity } from '../../../src/train/run-identity.js';
import { noPartialEpoch, type TrainingSnapshot } from '../../../src/train/snapshot.js';
import { memoryIo } from '../../support/memory-io.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite<{ folder: string }>('checkpoint folder');
test.before.each((context) => {
  context.folder = join(mkdtempSync(join(tmpdir(), 'fmnist-test-')), 'new', 'folder');
});
test.after.each(({ folder }) => rmSync(join(folder, '../..'), { recursive: true, force: true }));

const run: RunIdentity = {
  fmnist: '1',
  engine: 'abacus 1',
  seed: 0,
  recipe: readRecipe({
    model: { layers: [{ kind: 'flatten' }] },
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    epochs: 100,
  }),
  training: 'SHA-256 00',
  validation: 'none',
};

/** Snapshot after step `step`, ten of which are an epoch; `mark` tells two snapshots of one step apart. */
function snapshotAt(step: number, mark = 0): TrainingSnapshot {
  const epoch = {
    type: 'epoch',
    learningRate: 0.1,
    loss: 1,
    accuracy: 0,
    imagesPerSecond: 1,
    seconds: 1,
  } as const;
  return {
    step,
    epochs: Array.from({ length: Math.floor(step / 10) }, (_, i) => ({
      ...epoch,
      epoch: i + 1,
      step: 10 * (i + 1),
    })),
    underWay: { ...noPartialEpoch, steps: step % 10 },
    state: { weights: Float32Array.of(step, mark) },
    kept: undefined,
  };
}

interface Opened {
  readonly checkpoints: CheckpointFolder;
  readonly from: TrainingSnapshot | undefined;
  /** What was said so far. */
  said(): string;
}

async function open(folder: string, resume: boolean, identity = run): Promise<Opened> {
  const io = memoryIo();
  const checkpoints = await openCheckpoints(io, { folder, minutes: 1, resume });
  const from = await checkpoints.begin(identity);
  return { checkpoints, from, said: () => io.stderrText().replaceAll(folder, 'DIR') };
}

const file = (folder: string, step: number) =>
  join(folder, `checkpoint-${String(step).padStart(9, '0')}.idx`);
const steps = (folder: string) => readdirSync(folder).map((name) => Number(/\d+/.exec(name)?.[0]));

test('the last two are kept; the newest is resumed', async ({ folder }) => {
  const first = await open(folder, true);
  assert.is(first.from, undefined);
  assert.is(first.said(), 'fmnist-test: no checkpoint in DIR yet: training from the beginning\n');
  for (const step of [10, 20, 25, 30]) await first.checkpoints.save(snapshotAt(step));
  assert.equal(readdirSync(folder), ['checkpoint-000000025.idx', 'checkpoint-000000030.idx']);
  assert.is(first.checkpoints.newest, file(folder, 30));

  const second = await open(folder, true);
  assert.equal(second.from, snapshotAt(30));
  assert.is(
    second.said(),
    'fmnist-test: going on from DIR/checkpoint-000000030.idx, after epoch 3 of 100\n',
  );
  await second.checkpoints.save(snapshotAt(33));
  assert.equal(steps(folder), [30, 33]);
  const third = await open(folder, true);
  assert.match(third.said(), 'in epoch 4 of 100, at step 33');
});

test('the newest is the one of most steps, however many digits they have', async ({ folder }) => {
  const { checkpoints } = await open(folder, false);
  await checkpoints.save(snapshotAt(999_999_999 - 999_999_900));
  const many = { ...snapshotAt(0), step: 1_000_000_000 };
  await checkpoints.save(many);
  assert.equal((await open(folder, true)).from, many);
});

test('a snapshot of the same step replaces its file and no other', async ({ folder }) => {
  const { checkpoints } = await open(folder, false);
  for (const step of [10, 20]) await checkpoints.save(snapshotAt(step));
  await checkpoints.save(snapshotAt(20, 7));
  assert.equal(steps(folder), [10, 20]);
  assert.equal((await open(folder, true)).from, snapshotAt(20, 7));
});

test('from a damaged newest one back to the one before', async ({ folder }) => {
  const { checkpoints } = await open(folder, false);
  for (const step of [10, 20]) await checkpoints.save(snapshotAt(step));
  const whole = readFileSync(file(folder, 20));
  for (const size of [0, 5, 300, whole.length - 1]) {
    writeFileSync(file(folder, 20), whole.subarray(0, size));
    const { from, said } = await open(folder, true);
    assert.equal(from, snapshotAt(10));
    assert.match(
      said(),
      /warning: DIR\/checkpoint-000000020.idx: .*; going back to the one before/,
    );
    assert.match(said(), 'going on from DIR/checkpoint-000000010.idx, after epoch 1 of 100');
  }
});

test('a damaged one goes only once two sound ones are there', async ({ folder }) => {
  const { checkpoints } = await open(folder, false);
  for (const step of [10, 40]) await checkpoints.save(snapshotAt(step));
  truncateSync(file(folder, 40), 100);
  const second = await open(folder, true);
  assert.equal(steps(folder), [10, 40], 'reading removes nothing');
  await second.checkpoints.save(snapshotAt(15));
  assert.equal(steps(folder), [10, 15]);
  assert.equal((await open(folder, true)).from, snapshotAt(15));
});

test('none is sound', async ({ folder }) => {
  const { checkpoints } = await open(folder, false);
  for (const step of [10, 20]) await checkpoints.save(snapshotAt(step));
  truncateSync(file(folder, 10), 100);
  copyFileSync(file(folder, 10), file(folder, 20));
  assert.is(
    await troubleOf(() => open(folder, true)),
    `${folder}: none of its 2 checkpoints is sound; an empty folder begins anew`,
  );
  assert.equal(steps(folder), [10, 20], 'they are left for whoever wants to look at them');
});

test('of another run', async ({ folder }) => {
  const { checkpoints } = await open(folder, false);
  await checkpoints.save(snapshotAt(10));
  const other = { ...run, seed: 5, engine: 'abacus 2', training: 'none', validation: 'some' };
  assert.is(
    await troubleOf(() => open(folder, true, other)),
    `${file(folder, 10)}: is of another run: engine was abacus 1 and is abacus 2, seed was 0 and is 5, training was SHA-256 00 and is none, and 1 more; the same run, or another folder, was expected`,
  );
});

test('without --resume a folder with checkpoints is refused, and left as it is', async ({
  folder,
}) => {
  const { checkpoints } = await open(folder, false);
  await checkpoints.save(snapshotAt(10));
  assert.is(
    await troubleOf(() => open(folder, false)),
    `${folder}: holds checkpoints of a run, up to checkpoint-000000010.idx; --resume goes on from there, another folder begins anew`,
  );
  assert.equal(steps(folder), [10]);
});

test('half-written files of a killed program are removed, and nothing else', async ({ folder }) => {
  mkdirSync(folder, { recursive: true });
  const others = ['.fmnist-0123456789ab.tmp', 'checkpoint-1.idx.gz', 'model.onnx', 'notes'];
  for (const name of [...others, '.checkpoint-000000010.idx.tmp'])
    writeFileSync(join(folder, name), 'x');
  const { checkpoints } = await open(folder, true);
  assert.equal(readdirSync(folder), others);
  for (const step of [10, 20, 30]) await checkpoints.save(snapshotAt(step));
  for (const name of others) assert.ok(existsSync(join(folder, name)), name);
});

test('a folder that cannot be made', async ({ folder }) => {
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, '');
  assert.is(
    await troubleOf(() => open(folder, false)),
    `${folder}: is a file; a folder was expected`,
  );
});

test('a checkpoint that cannot be written is a warning, and earlier ones stay', async ({
  folder,
}) => {
  const { checkpoints, said } = await open(folder, false);
  for (const step of [10, 20]) await checkpoints.save(snapshotAt(step));
  // Its temporary file cannot be made.
  mkdirSync(join(folder, '.checkpoint-000000030.idx.tmp'));
  await checkpoints.save(snapshotAt(30));
  assert.match(
    said(),
    'warning: DIR/checkpoint-000000030.idx: cannot be written: file already exists; training goes on, the last checkpoint is DIR/checkpoint-000000020.idx\n',
  );
  await checkpoints.save(snapshotAt(40));
  assert.equal(readdirSync(folder), [
    '.checkpoint-000000030.idx.tmp',
    'checkpoint-000000020.idx',
    'checkpoint-000000040.idx',
  ]);
  rmSync(folder, { recursive: true });
  await checkpoints.save(snapshotAt(50));
  assert.match(said(), 'checkpoint-000000050.idx: cannot be written: no such file or directory;');
});

test('one is due when the last is so many minutes old, kept or not', async ({ folder }) => {
  const io = memoryIo();
  const checkpoints = await openCheckpoints(io, { folder, minutes: 0.001, resume: false });
  await checkpoints.begin(run);
  assert.not(checkpoints.due());
  await new Promise((resolve) => setTimeout(resolve, 70));
  assert.ok(checkpoints.due());
  rmSync(folder, { recursive: true });
  await checkpoints.save(snapshotAt(10));
  assert.not(checkpoints.due(), 'a full disk is not asked again at once');
});

test.run();
