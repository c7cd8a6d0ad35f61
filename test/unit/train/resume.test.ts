/** Resuming a run on the real engine: any snapshot, through the bytes of its checkpoint, gives the run without a pause. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onnxRuntimeEngine } from '../../../src/engine/onnxruntime/trainer.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import { ByteReader } from '../../../src/io/byte-reader.js';
import type { EpochRecord } from '../../../src/ndjson/records.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import type { TrainingImages } from '../../../src/step/plan.js';
import { sharedBytes } from '../../../src/step/shared-memory.js';
import { encodeCheckpoint, readCheckpoint } from '../../../src/train/checkpoint-file.js';
import { runTraining, type TrainingRun } from '../../../src/train/loop.js';
import { planTraining } from '../../../src/train/plan.js';
import { readRecipe } from '../../../src/train/recipe.js';
import type { TrainingSnapshot } from '../../../src/train/snapshot.js';
import { inPieces } from '../../support/streams.js';

const test = suite('resume');

const size = { rows: 6, columns: 5 };
const classes = { names: ['a', 'b', 'c'], labels: [0, 1, 2] };

/** Noise with one bright row a class, so that there is something to learn and something to get wrong. */
function images(count: number, name: string): TrainingImages {
  const generator = new Generator(deriveKey(3, 'test', name));
  const pixels = sharedBytes(count * 30);
  const classIndices = sharedBytes(count);
  for (let i = 0; i < count; i++) {
    classIndices[i] = generator.next() % 3;
    for (let p = 0; p < 30; p++) pixels[i * 30 + p] = generator.next() % 160;
    const row = 2 * classIndices[i]!;
    for (let c = 0; c < 5; c++) pixels[i * 30 + row * 5 + c] = 60 + (generator.next() % 196);
  }
  return { count, pixels, classIndices };
}
const training = images(50, 'training');
const validation = images(30, 'validation');

/** Dropout, batch normalisation, augmentation, a plateau: all that could keep something to itself. */
const demanding = {
  model: {
    layers: [
      { kind: 'conv', filters: 6, initial: 'whitening', bias: false },
      { kind: 'conv', filters: 3, kernel: 3 },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'dropout', rate: 0.25 },
      { kind: 'flatten' },
      { kind: 'dense', units: 8 },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'dropout', rate: 0.4 },
      { kind: 'dense', units: 'classes' },
    ],
  },
  augmentation: { preset: 'reference', erase: 0.3 },
  optimizer: { kind: 'adamw', learningRate: 0.01 },
  schedule: { kind: 'one-cycle' },
  plateau: { patience: 1, factor: 0.5 },
  mixup: { alpha: 0.3 },
  cutmix: { alpha: 1 },
  average: { decay: 0.9, everySteps: 4, from: 0.3 },
  labelSmoothing: 0.1,
  batch: 8,
  replicas: 2,
  epochs: 4,
};

interface Play {
  readonly training?: TrainingImages;
  readonly recipe?: object;
  readonly from?: TrainingSnapshot;
  /** Steps between two checkpoints within an epoch, as far as the engine asks so often. */
  readonly often?: boolean;
  readonly threads?: number;
  readonly validation?: TrainingImages | undefined;
  /** Count of snapshots after which the user interrupts. */
  readonly stopAfter?: number;
}

/** Trains, and collects every checkpoint as bytes. */
async function play(how: Play) {
  const recipe = readRecipe({ ...demanding, ...how.recipe });
  const { training: set = training } = how;
  const described = { ...set, ...size, classes, source: 'test' };
  const data = { training: described, normalization: scaleToUnit } as unknown as Parameters<
    typeof planTraining
  >[1];
  const plan = planTraining(recipe, data, { seed: 11, threads: how.threads ?? 1 });
  const kept: Buffer[] = [];
  const told: EpochRecord[] = [];
  const identity = { fmnist: '', engine: '', seed: 11, recipe, training: '', validation: '' };
  const run: TrainingRun = {
    engine: onnxRuntimeEngine,
    plan,
    training: set,
    validation: 'validation' in how ? how.validation : validation,
    from: how.from,
    checkpointer: {
      due: () => how.often ?? false,
      save: async (snapshot) => {
        kept.push(Buffer.concat([...encodeCheckpoint({ run: identity, snapshot })]));
      },
    },
    onEpoch: async (record) => {
      told.push(record);
    },
    onProgress: () => {},
    shouldStop: () => kept.length >= (how.stopAfter ?? Number.POSITIVE_INFINITY),
  };
  return { result: await runTraining(run), kept, told };
}

async function snapshotOf(bytes: Buffer | undefined): Promise<TrainingSnapshot> {
  const reader = new ByteReader('test', inPieces(bytes!), { hash: true });
  return (await readCheckpoint(reader)).snapshot;
}

/** A record without what depends on the machine's speed. */
const timeless = ({ seconds: _, imagesPerSecond: __, ...record }: EpochRecord) => record;

/** What a checkpoint says but for times. */
async function lasting(bytes: Buffer | undefined) {
  const { epochs, underWay, ...rest } = await snapshotOf(bytes);
  return { ...rest, epochs: epochs.map(timeless), underWay: { ...underWay, seconds: 0 } };
}

test('from the end of any epoch', async () => {
  const whole = await play({});
  assert.is(whole.kept.length, 4);
  for (const [i, bytes] of whole.kept.entries()) {
    const rest = await play({ from: await snapshotOf(bytes), threads: 1 + (i % 2) });
    assert.equal(rest.result?.weights, whole.result?.weights, `epoch ${i + 1}`);
    assert.equal(rest.told.map(timeless), whole.told.slice(i + 1).map(timeless));
    assert.is(rest.result?.epoch.epoch, whole.result?.epoch.epoch);
    assert.is(rest.result?.epochsRun, 4);
    assert.equal(await lasting(rest.kept.at(-1) ?? bytes), await lasting(whole.kept.at(-1)));
  }
});

test('training ended by patience is over when it is resumed', async () => {
  const recipe = { stopping: { patience: 2, minDelta: 0.5 }, epochs: 20 };
  const whole = await play({ recipe });
  assert.is(whole.result?.end, 'patience');
  const { result, told } = await play({ recipe, from: await snapshotOf(whole.kept.at(-1)) });
  assert.equal(told, []);
  assert.equal(result, whole.result);
});

test('a run that is over, made longer', async () => {
  const recipe = {
    schedule: { kind: 'step', everyEpochs: 3, factor: 0.5 },
    average: { decay: 0.9 },
  };
  const long = await play({ recipe: { ...recipe, epochs: 5 } });
  const short = await play({ recipe: { ...recipe, epochs: 2 } });
  const more = await play({
    recipe: { ...recipe, epochs: 5 },
    from: await snapshotOf(short.kept.at(-1)),
  });
  assert.equal(more.result?.weights, long.result?.weights);
  assert.is(more.told.length, 3);
});

test('from the end of any epoch, with progressive resizing', async () => {
  const layers = [
    { kind: 'conv', filters: 6, initial: 'whitening', bias: false },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'batch-norm' },
    { kind: 'average-pool' },
    { kind: 'dense', units: 'classes' },
  ];
  const resizing = { initialScale: 0.5, delayFraction: 0.25, sizeIncrement: 1 };
  const recipe = { model: { layers }, resizing };
  const whole = await play({ recipe });
  assert.equal(
    whole.told.map(({ rows, columns }) => [rows, columns]),
    [
      [3, 3],
      [3, 3],
      [4, 4],
      [undefined, undefined],
    ],
  );
  for (const [i, bytes] of whole.kept.entries()) {
    const rest = await play({ recipe, from: await snapshotOf(bytes), threads: 1 + (i % 2) });
    assert.equal(rest.result?.weights, whole.result?.weights, `epoch ${i + 1}`);
    assert.equal(rest.told.map(timeless), whole.told.slice(i + 1).map(timeless));
  }
});

test('without validation images', async () => {
  const whole = await play({ validation: undefined });
  const rest = await play({ validation: undefined, from: await snapshotOf(whole.kept[2]) });
  assert.equal(rest.result?.weights, whole.result?.weights);
});

test('from within epochs, over and over', async () => {
  // Epochs long enough for the engine to ask in their middle.
  const recipe = { batch: 2, epochs: 2, model: { layers: wide } };
  const long = images(100, 'long');
  const whole = await play({ recipe, training: long });
  let within = 0;
  let last = await play({ recipe, training: long, often: true, stopAfter: 1 });
  let told = [...last.told];
  for (let rounds = 0; rounds < 100 && last.result?.end !== 'planned'; rounds++) {
    const from = await snapshotOf(last.kept.at(-1));
    if (from.underWay.steps > 0) within++;
    last = await play({ recipe, training: long, often: true, stopAfter: 1, threads: 2, from });
    told = [...told, ...last.told];
  }
  assert.ok(within > 0, `${within} pauses within an epoch`);
  assert.equal(last.result?.weights, whole.result?.weights);
  assert.equal(told.map(timeless), whole.told.map(timeless));
  assert.equal(await lasting(last.kept.at(-1)), await lasting(whole.kept.at(-1)));
});

const wide = demanding.model.layers.map((layer) =>
  'units' in layer && layer.units === 8 ? { ...layer, units: 4000 } : layer,
);

test('a state of another plan', async () => {
  const { kept } = await play({ recipe: { epochs: 1 } });
  const from = await snapshotOf(kept[0]);
  const recipe = { optimizer: { kind: 'sgd', learningRate: 0.1 } };
  try {
    await play({ recipe, from });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /optimizer\.1 × \d+, .* was expected$/);
  }
});

test.run();
