/** fmnist-train: a labelled stream in, one model file out. */

import { availableParallelism } from 'node:os';
import { exitStatus, TroubleError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { openProgress, remark, warn } from '../cli/report.js';
import { outputOption, seedOption } from '../cli/shared-options.js';
import { type Arguments, defineCommand } from '../cli/spec.js';
import { version } from '../cli/version.js';
import type { TrainingPlan } from '../engine/engine.js';
import { engineChoices, type OpenedEngine, openEngine } from '../engine/open-engine.js';
import { type ByteSink, refuseTerminal, withOutput } from '../io/output.js';
import { encodeModel } from '../model/model-file.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { TrainingRun } from '../ndjson/records.js';
import { describeTraining } from '../train/lineage.js';
import { runTraining, type TrainingResult } from '../train/loop.js';
import { openRecipe } from '../train/open-recipe.js';
import { planTraining } from '../train/plan.js';
import type { Recipe } from '../train/recipe.js';
import { loadTrainingData, type TrainingData } from '../train/training-data.js';
import { epochLine, explained, outcome, progressNote } from '../train/words.js';

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
    choices: engineChoices,
    default: 'auto',
    describe: 'what does the arithmetic; auto is tensorflow where that sees a GPU',
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
  const { operands, options } = args;
  const { seed, validation, replicas } = options;
  const overrides = replicas === undefined ? options.set : [...options.set, `replicas=${replicas}`];
  const recipe = await openRecipe(io, options.recipe, overrides);
  // Both outputs are opened before anything is read: a run should not find out at its end that it cannot be kept.
  return withLog(io, options.log, (log) =>
    withOutput(io, options.output, async (output) => {
      refuseTerminal(output);
      const engine = await openEngine(io, options);
      if (engine.name !== 'onnxruntime') remark(io, `the engine is ${engine.description}`);
      const file = operands[0] ?? '-';
      const { normalization } = recipe;
      const data = await loadTrainingData(io, { file, validation, seed, normalization });
      const plan = planTraining(recipe, data, {
        seed,
        threads: options.threads ?? availableParallelism(),
      });
      const run = runRecord(args, io, engine, recipe, data);
      const result = await train(io, log, { engine, recipe, plan, data, run });
      const facts = { recipe, plan, data, result, engine: engine.description };
      await output.write(encodeModel(describeTraining(facts), result.weights, version()));
      return exitStatus.fine;
    }),
  );
}

function withLog<R>(
  io: CommandIo,
  name: string | undefined,
  body: (log: ByteSink | undefined) => Promise<R>,
): Promise<R> {
  return name === undefined ? body(undefined) : withOutput(io, name, body);
}

interface Planned {
  readonly engine: OpenedEngine;
  readonly recipe: Recipe;
  readonly plan: TrainingPlan;
  readonly data: TrainingData;
  /** Opens the log. */
  readonly run: TrainingRun;
}

async function train(
  io: CommandIo,
  log: ByteSink | undefined,
  { engine, recipe, plan, data, run }: Planned,
): Promise<TrainingResult> {
  const { training, validation } = data;
  const total = plan.span.totalSteps * plan.batch;
  const progress = await openProgress(io, { total, unit: 'images' });
  let epochsDone = 0;
  let stopAsked = false;
  const release = io.onInterrupt(() => {
    progress.stop();
    warn(
      io,
      `interrupted: ending after this step, ${epochsDone > 0 ? 'with the best model so far' : 'without a model, as no epoch is over yet'} (once more to end at once)`,
    );
    stopAsked = true;
  });
  try {
    await log?.write(encodeRecord(run));
    const result = await runTraining({
      engine,
      recipe,
      plan,
      training,
      validation,
      onProgress: (images, epoch, loss, accuracy) =>
        progress.update(images, progressNote(recipe, epoch, loss, accuracy)),
      onEpoch: async (record) => {
        epochsDone++;
        progress.stop();
        remark(io, epochLine(record, recipe));
        await log?.write(encodeRecord(record));
      },
      shouldStop: () => stopAsked,
    });
    if (!result)
      throw new TroubleError(
        'training',
        'ended before its first epoch was over; there is no model',
      );
    remark(io, outcome(result, recipe));
    return result;
  } catch (error) {
    throw explained(error, recipe);
  } finally {
    progress.stop();
    release();
  }
}

function runRecord(
  { argv, options }: TrainArguments,
  io: CommandIo,
  { name: engine }: OpenedEngine,
  recipe: Recipe,
  { training }: TrainingData,
): TrainingRun {
  const { dataset, synthetic } = training.annotation ?? {};
  return {
    type: 'run',
    program: io.program,
    version: version(),
    argv,
    seed: options.seed,
    engine,
    recipe: recipe.name,
    ...(dataset ? { dataset } : {}),
    ...(synthetic ? { synthetic: true } : {}),
  };
}
