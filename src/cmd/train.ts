/** fmnist-train: a labelled stream in, one model file out. */

import { availableParallelism } from 'node:os';
import { exitStatus, TroubleError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { openProgress, type Progress, remark, warn } from '../cli/report.js';
import { outputOption, seedOption } from '../cli/shared-options.js';
import { type Arguments, defineCommand } from '../cli/spec.js';
import { version } from '../cli/version.js';
import { DivergedError, type TrainingPlan } from '../engine/engine.js';
import { openInput } from '../io/input.js';
import { openOutput, refuseTerminal, withOutput } from '../io/output.js';
import { encodeModel } from '../model/model-file.js';
import { shapeNetwork } from '../model/network.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { EpochRecord, TrainingRun } from '../ndjson/records.js';
import { type Dataset, loadDataset } from '../train/dataset.js';
import { fitNormalization } from '../train/fit-normalization.js';
import { describeTraining } from '../train/lineage.js';
import { runTraining, type TrainingResult } from '../train/loop.js';
import { openRecipe } from '../train/open-recipe.js';
import type { Recipe } from '../train/recipe.js';
import { openValidation } from '../train/validation.js';

const options = {
  recipe: {
    type: 'string',
    default: 'cnn',
    placeholder: 'NAME|FILE',
    describe: 'what to train and how: cnn, mlp, or a recipe of your own',
  },
  set: {
    type: 'list',
    placeholder: 'FIELD=VALUE',
    describe: 'change a field of the recipe, such as optimizer.learningRate=0.002',
  },
  validation: {
    type: 'string',
    placeholder: 'FILE|FRACTION',
    describe: 'labelled stream to judge each epoch on, or the fraction to hold out for it',
  },
  log: { type: 'file', placeholder: 'FILE', describe: 'write one NDJSON record an epoch to FILE' },
  engine: {
    type: 'choice',
    choices: ['auto', 'onnxruntime'],
    default: 'auto',
    describe: 'what does the arithmetic',
  },
  replicas: {
    type: 'integer',
    min: 1,
    max: 256,
    describe: "slices of each batch that are worked on at once; the recipe's unless given",
  },
  threads: {
    type: 'integer',
    min: 1,
    max: 256,
    describe: 'worker threads for the replicas; one a processor unless given; changes no result',
  },
  seed: seedOption,
  output: outputOption,
} as const;

type TrainArguments = Arguments<typeof options>;

export default defineCommand(
  {
    name: 'train',
    summary: 'train a classifier on a labelled stream; write it as one ONNX file',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-fetch train | fmnist-train --validation 0.1 > model.onnx',
        describe: 'the reference CNN, a tenth of the images held out to judge each epoch',
      },
      {
        command:
          'fmnist-train --recipe mlp --set epochs=3 --validation val.idx --log log.ndjson -o model.onnx train.idx',
        describe: 'two dense layers for three epochs, with a log',
      },
    ],
  },
  main,
);

async function main(args: TrainArguments, io: CommandIo): Promise<number> {
  const { options } = args;
  const overrides =
    options.replicas === undefined ? options.set : [...options.set, `replicas=${options.replicas}`];
  const recipe = await openRecipe(io, options.recipe, overrides);
  return withOutput(io, options.output, async (output) => {
    refuseTerminal(output);
    const { training, validation } = await loadData(args, io);
    const plan = planRun(recipe, training, options);
    const result = await train(args, io, recipe, plan, training, validation);
    if (!result.epoch)
      throw new TroubleError(
        training.source,
        'training was ended before its first epoch was over; there is no model yet',
      );
    const facts = { recipe, plan, training, validation, result, engine: await engineVersion() };
    await output.write(encodeModel(describeTraining(facts), result.weights, version()));
    return exitStatus.fine;
  });
}

async function loadData({ operands, options }: TrainArguments, io: CommandIo) {
  const reader = await openInput(io, operands[0] ?? '-', { hash: true });
  const whole = await loadDataset(reader);
  return openValidation(io, whole, options.validation, options.seed);
}

/** `onnxruntime 1.30.0`. */
async function engineVersion(): Promise<string> {
  const { onnxRuntimeVersion } = await import('../engine/onnxruntime/runtime.js');
  return `onnxruntime ${await onnxRuntimeVersion()}`;
}

/** Everything fixed before the first step; complaints name the recipe's field. */
function planRun(
  recipe: Recipe,
  training: Dataset,
  { seed, threads }: TrainArguments['options'],
): TrainingPlan {
  const { rows, columns } = training;
  const classes = training.classes.names.length;
  if (training.count < recipe.batch)
    throw new TroubleError(
      training.source,
      `holds ${training.count} images to train on; at least one batch of ${recipe.batch} was expected (--set batch=…)`,
    );
  try {
    shapeNetwork(recipe.model, { rows, columns, classes });
  } catch (error) {
    throw new TroubleError(`recipe ${recipe.name}`, (error as Error).message, { cause: error });
  }
  const stepsPerEpoch = Math.floor(training.count / recipe.batch);
  return {
    spec: recipe.model,
    rows,
    columns,
    classes,
    normalization:
      training.normalization ??
      fitNormalization(training.pixels, rows * columns, recipe.normalization),
    optimizer: recipe.optimizer,
    schedule: recipe.schedule,
    span: { stepsPerEpoch, totalSteps: stepsPerEpoch * recipe.epochs },
    labelSmoothing: recipe.labelSmoothing,
    seed,
    batch: recipe.batch,
    replicas: recipe.replicas,
    threads: Math.min(recipe.replicas, threads ?? availableParallelism()),
  };
}

async function train(
  args: TrainArguments,
  io: CommandIo,
  recipe: Recipe,
  plan: TrainingPlan,
  training: Dataset,
  validation: Dataset | undefined,
): Promise<TrainingResult> {
  const { onnxRuntimeEngine: engine } = await import('../engine/onnxruntime/trainer.js');
  const log = args.options.log === undefined ? undefined : await openOutput(io, args.options.log);
  let progress: Progress | undefined;
  let stopAsked = false;
  const release = io.onInterrupt(() => {
    if (!stopAsked) warn(io, 'interrupted: ending after this step, with the best model so far');
    stopAsked = true;
  });
  try {
    await log?.write(encodeRecord(runRecord(args, io, engine.name, recipe, training)));
    progress = await openProgress(io, { total: plan.span.totalSteps * plan.batch, unit: 'images' });
    const result = await runTraining({
      engine,
      recipe,
      plan,
      training,
      validation,
      onProgress: (images, epoch, loss, accuracy) =>
        progress?.update(images, progressNote(recipe, epoch, loss, accuracy)),
      onEpoch: async (record) => {
        progress?.stop();
        remark(io, epochLine(record, recipe));
        await log?.write(encodeRecord(record));
      },
      shouldStop: () => stopAsked,
    });
    await log?.finish();
    if (result.interrupted && result.epoch)
      remark(io, `kept the weights of epoch ${result.epoch.epoch}`);
    return result;
  } catch (error) {
    await log?.abort();
    throw error instanceof DivergedError ? diverged(error, recipe) : error;
  } finally {
    progress?.stop();
    release();
  }
}

function runRecord(
  { argv, options }: TrainArguments,
  io: CommandIo,
  engine: string,
  recipe: Recipe,
  { annotation }: Dataset,
): TrainingRun {
  return {
    type: 'run',
    program: io.program,
    version: version(),
    argv,
    seed: options.seed,
    engine,
    recipe: recipe.name,
    ...(annotation?.dataset ? { dataset: annotation.dataset } : {}),
    ...(annotation?.synthetic ? { synthetic: true } : {}),
  };
}

const progressNote = (recipe: Recipe, epoch: number, loss: number, accuracy: number) =>
  `epoch ${epoch}/${recipe.epochs} loss ${loss.toFixed(3)} accuracy ${percent(accuracy)}`;

function epochLine(record: EpochRecord, recipe: Recipe): string {
  const { epoch, loss, accuracy, validationLoss, validationAccuracy } = record;
  const judged =
    validationLoss === undefined
      ? ''
      : `; validation loss ${validationLoss.toFixed(4)}, accuracy ${percent(validationAccuracy)}${record.best ? ' *' : ''}`;
  return `epoch ${epoch}/${recipe.epochs}: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}${judged}; ${record.imagesPerSecond} images/s`;
}

const percent = (share = 0) => `${(100 * share).toFixed(2)} %`;

function diverged({ step, loss }: DivergedError, recipe: Recipe): TroubleError {
  return new TroubleError(
    `recipe ${recipe.name}`,
    `training diverged: the loss is ${loss} at step ${step}; a smaller learning rate may help (--set optimizer.learningRate=${recipe.optimizer.learningRate / 10}), or a warm-up`,
  );
}
