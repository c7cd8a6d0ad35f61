/** fmnist-train: trains a model on a labelled stream by a recipe and writes one ONNX file. */

import { availableParallelism } from 'node:os';
import { type Arguments, defineCommand } from '../cli/command.js';
import { info, warn } from '../cli/messages.js';
import { outputOption, seedOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, UsageError } from '../core/errors.js';
import { version } from '../core/version.js';
import type { Weights } from '../engine/engine.js';
import { engineChoices, type OpenedEngine, openEngine } from '../engine/open-engine.js';
import type { ByteSink } from '../io/byte-sink.js';
import { openLogSink, refuseTerminal, withOutput } from '../io/output.js';
import { encodeModel } from '../model/model-file.js';
import { shapeNetwork } from '../model/network.js';
import type { TrainingRunRecord } from '../ndjson/records.js';
import { imageSample } from '../step/image-sample.js';
import type { TrainingPlan } from '../step/plan.js';
import type { Recipe } from '../step/recipe.js';
import { type CheckpointFolder, openCheckpoints } from '../train/checkpoint-folder.js';
import { type InitialWeights, openInitialWeights, startFrom } from '../train/initial-weights.js';
import { runInteractively } from '../train/interactive-run.js';
import { describeTraining } from '../train/lineage.js';
import { describeStart } from '../train/messages.js';
import { openRecipe } from '../train/open-recipe.js';
import { planTraining } from '../train/plan.js';
import { identifyRun } from '../train/run-identity.js';
import { defaultTeacher, openTeacher } from '../train/teacher.js';
import { loadTrainingData, type TrainingData } from '../train/training-data.js';

const options = {
  recipe: {
    type: 'string',
    default: 'default',
    placeholder: 'NAME|FILE',
    describe: 'what to train and how: default, fast, deep, best, cnn, mlp, or a recipe of your own',
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
  init: {
    type: 'file',
    placeholder: 'MODEL|DIR',
    describe: 'begin with the weights of a model, or of a LayersModel of TensorFlow.js in DIR',
  },
  teacher: {
    type: 'file',
    placeholder: 'MODEL',
    describe: "learn from a model's answers as well, as the recipe's section teacher says",
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
  checkpoint: {
    type: 'file',
    placeholder: 'DIR',
    describe: 'keep checkpoints in DIR: behind each epoch, and within long ones',
  },
  'checkpoint-minutes': {
    type: 'number',
    min: 0.001,
    max: 100_000,
    placeholder: 'N',
    describe: 'minutes between checkpoints within an epoch; 10 unless given',
  },
  resume: { type: 'flag', describe: 'go on from the newest checkpoint in DIR, where there is one' },
  seed: seedOption,
  output: outputOption,
} as const;

type TrainArguments = Arguments<typeof options>;

export default defineCommand(
  {
    name: 'train',
    summary: 'train a classifier on a labelled stream; write one ONNX file',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-fetch train | fmnist-train --validation 0.1 > model.onnx',
        describe: 'the default network, a tenth of the images held out to judge each epoch',
      },
      {
        command:
          'fmnist-train --recipe mlp --set epochs=3 --validation val.idx --log log.ndjson -o model.onnx train.idx',
        describe: 'two dense layers for three epochs, with a log',
      },
      {
        command:
          'fmnist-train --checkpoint checkpoints --resume --validation val.idx -o model.onnx train.idx',
        describe: 'a run that may be ended by anything at any time: the same line goes on with it',
      },
    ],
  },
  main,
);

async function main(args: TrainArguments, io: CommandIo): Promise<number> {
  const { operands, options } = args;
  const { seed, validation, replicas } = options;
  const overrides = replicas === undefined ? options.set : [...options.set, `replicas=${replicas}`];
  const recipe = withTeacher(await openRecipe(io, options.recipe, overrides), options.teacher);
  // Both outputs are opened before anything is read: a run should not find out at its end that it cannot be kept.
  return withOutput(io, options.output, (output) => {
    refuseTerminal(output);
    return withLog(io, options.log, async (log) => {
      const checkpoints = await checkpointFolder(io, options);
      const engine = await openEngine(io, options);
      if (engine.name !== 'onnxruntime') info(io, `the engine is ${engine.description}`);
      const file = operands[0] ?? '-';
      const { normalization } = recipe;
      const initial =
        options.init === undefined ? undefined : await openInitialWeights(options.init);
      const data = await loadTrainingData(io, { file, validation, seed, normalization, initial });
      const teacher =
        options.teacher === undefined
          ? undefined
          : await openTeacher(options.teacher, data.training);
      const plan = planTraining(recipe, data, {
        seed,
        threads: options.threads ?? availableParallelism(),
        teacher,
      });
      await proveEngine(io, engine, plan);
      const run = runRecord(args, io, engine, recipe, data);
      const { description } = engine;
      const begun = initial && begin(io, initial, plan, data);
      const identity = identifyRun({ recipe, data, seed, description, initial, teacher });
      const from = await checkpoints?.begin(identity);
      const attended = { engine, recipe, plan, data, run, initial: begun, from, checkpoints };
      const result = await runInteractively(io, log, attended);
      const facts = { recipe, plan, data, result, engine: description, initial, teacher };
      await output.write(encodeModel(describeTraining(facts), result.weights, version()));
      return exitStatus.fine;
    });
  });
}

/** Lets an accelerator compute the plan's network, untrained, as the processor does; says so. */
async function proveEngine(io: CommandIo, engine: OpenedEngine, plan: TrainingPlan): Promise<void> {
  if (!engine.prove) return;
  const { describeAgreement, untrainedModel } = await import('../engine/accelerator-proof.js');
  const agreement = await engine.prove(untrainedModel(plan.recipe.model, plan, plan.normalization));
  info(io, `the engine ${describeAgreement(agreement)}`);
}

/** A recipe that learns from a teacher wants one; a teacher is listened to even where the recipe does not say how. */
function withTeacher(recipe: Recipe, teacher: string | undefined): Recipe {
  if (teacher !== undefined) return { ...recipe, teacher: recipe.teacher ?? defaultTeacher };
  if (recipe.teacher === undefined) return recipe;
  throw new UsageError(
    `recipe ${recipe.name}: learns from a teacher, and none is given; --teacher MODEL was expected`,
  );
}

/** The weights of --init, as far as they fit; says so. */
function begin(
  io: CommandIo,
  initial: InitialWeights,
  plan: TrainingPlan,
  { training }: TrainingData,
): Weights {
  const sample = imageSample(plan, training);
  const starting = startFrom(initial, shapeNetwork(plan.recipe.model, plan), plan.seed, sample);
  (starting.fresh.length > 0 ? warn : info)(io, describeStart(initial, starting, plan));
  return starting.weights;
}

async function withLog<R>(
  io: CommandIo,
  name: string | undefined,
  body: (log: ByteSink | undefined) => Promise<R>,
): Promise<R> {
  if (name === undefined) return body(undefined);
  const log = await openLogSink(io, name);
  try {
    const result = await body(log);
    await log.finish();
    return result;
  } catch (error) {
    await log.abort();
    throw error;
  }
}

/** Minutes that a checkpoint may be old where nothing is said. */
const checkpointMinutes = 10;

async function checkpointFolder(
  io: CommandIo,
  { checkpoint: folder, 'checkpoint-minutes': minutes, resume }: TrainArguments['options'],
): Promise<CheckpointFolder | undefined> {
  if (folder !== undefined)
    return openCheckpoints(io, { folder, minutes: minutes ?? checkpointMinutes, resume });
  if (!resume && minutes === undefined) return undefined;
  throw new UsageError(
    `--${resume ? 'resume' : 'checkpoint-minutes'}: no folder is given; --checkpoint DIR was expected`,
  );
}

function runRecord(
  { argv, options }: TrainArguments,
  io: CommandIo,
  { name: engine }: OpenedEngine,
  recipe: Recipe,
  { training }: TrainingData,
): TrainingRunRecord {
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
