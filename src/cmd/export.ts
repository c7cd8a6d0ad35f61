/** fmnist-export: conversion of a model for other tools, also with test-time augmentation or as an ensemble. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { info } from '../cli/messages.js';
import { outputOption, ttaOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { version } from '../core/version.js';
import { augmentModel } from '../export/augmented-model.js';
import { ensembleModel } from '../export/ensemble.js';
import { encodeLayersModel, type LayersModelFiles } from '../export/tfjs/layers-model.js';
import { writeLayersModel } from '../export/tfjs/layers-model-folder.js';
import { withOutput } from '../io/output.js';
import { createModel, type Model, openModelFile } from '../model/model.js';

const options = {
  tfjs: {
    type: 'file',
    placeholder: 'DIR',
    describe: 'write a LayersModel of TensorFlow.js to DIR, a new folder',
  },
  ensemble: {
    type: 'flag',
    describe: 'write one model file of several: its logits are the mean of theirs',
  },
  tta: { ...ttaOption, describe: 'write a model file with test-time augmentation inside' },
  for: {
    type: 'choice',
    choices: ['webgpu'] as const,
    placeholder: 'RUNTIME',
    describe: 'write an older model file anew, as this runtime computes it rightly',
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'export',
    summary: 'write a model in the form that other tools take',
    operands: 'MODEL ...',
    minOperands: 1,
    maxOperands: Number.MAX_SAFE_INTEGER,
    options,
    examples: [
      {
        command: 'fmnist-export --tfjs web/model model.onnx',
        describe: 'for tf.loadLayersModel, in a browser or elsewhere',
      },
      {
        command: 'fmnist-export --tta flip -o model-tta.onnx model.onnx',
        describe: 'a model that evaluates each image and its mirror image by itself',
      },
      {
        command: 'fmnist-export --ensemble -o both.onnx one.onnx other.onnx',
        describe: 'one model: the mean of the logits of two',
      },
    ],
  },
  main,
);

type Given = Arguments<typeof options>;

async function main(given: Given, io: CommandIo): Promise<number> {
  checkForm(given);
  const { tfjs, ensemble, tta, output } = given.options;
  const models: Model[] = [];
  for (const path of given.operands) models.push(await openModelFile(path));
  const first = models[0]!;
  if (tfjs !== undefined) {
    await writeLayersModel(tfjs, layersModelOf(first));
    info(io, `tf.loadLayersModel takes ${tfjs}/model.json; its input is raw pixels 0–255`);
    return exitStatus.fine;
  }
  const written = ensemble
    ? ensembleModel(models, tta)
    : tta === undefined
      ? writtenAnew(first)
      : augmentModel(first, tta);
  await withOutput(io, output, (sink) => sink.write(written.bytes));
  return exitStatus.fine;
}

/** One form is wanted, and as many models as it is made of. */
function checkForm({ operands, options }: Given): void {
  const { tfjs, ensemble, tta, output } = options;
  if (tfjs === undefined && (tta ?? options.for) === undefined && !ensemble)
    throw new UsageError(
      'the form to write is not given; --tfjs DIR, --tta, --ensemble or --for was expected',
    );
  if (options.for !== undefined && tfjs !== undefined)
    throw new UsageError(
      `--tfjs writes a folder of its own; --for ${options.for} does not go with it`,
    );
  const besides = ensemble ? '--ensemble' : tta === undefined ? '-o' : '--tta';
  if (tfjs !== undefined && (ensemble || (tta ?? output) !== undefined))
    throw new UsageError(`--tfjs writes a folder of its own; ${besides} does not go with it`);
  if (ensemble && operands.length < 2)
    throw new UsageError('--ensemble takes the mean of several models; two at least were expected');
  if (!ensemble && operands.length > 1)
    throw new UsageError(`${operands.length} models; one was expected without --ensemble`);
}

/** The same model as a file of today: its layers lowered anew, which changes no prediction. */
function writtenAnew({ info: { digest: _, ...rest }, weights, source }: Model): Model {
  return createModel(rest, weights, source);
}

function layersModelOf({ info, network, weights, source }: Model): LayersModelFiles {
  const { digest: _, ...rest } = info;
  if (info.tta)
    throw new OperationalError(
      source,
      `has test-time augmentation inside (${info.tta}), which a LayersModel cannot have; the model it was made of was expected`,
    );
  try {
    return encodeLayersModel(rest, network, weights, version());
  } catch (error) {
    throw new OperationalError(source, (error as Error).message, { cause: error });
  }
}
