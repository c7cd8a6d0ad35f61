/** fmnist-export: a model in the form that other tools take. */

import { readFile } from 'node:fs/promises';
import { exitStatus, systemReason, TroubleError, UsageError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { remark } from '../cli/report.js';
import { outputOption, ttaOption } from '../cli/shared-options.js';
import { type Arguments, defineCommand } from '../cli/spec.js';
import { version } from '../cli/version.js';
import { writeLayersModel } from '../convert/layers-model-folder.js';
import { withOutput } from '../io/output.js';
import { augmentedModel } from '../model/augmented-model.js';
import { encodeLayersModel, type LayersModelFiles } from '../model/layers-model.js';
import { type ReadModel, readModel } from '../model/model-weights.js';

const options = {
  tfjs: {
    type: 'file',
    placeholder: 'DIR',
    describe: 'write a LayersModel of TensorFlow.js to DIR, a new folder',
  },
  tta: { ...ttaOption, describe: 'write a model file with test-time augmentation inside' },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'export',
    summary: 'write a model in the form that other tools take',
    operands: 'MODEL',
    minOperands: 1,
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-export --tfjs web/model model.onnx',
        describe: 'for tf.loadLayersModel, in a browser or elsewhere',
      },
      {
        command: 'fmnist-export --tta flip -o model-tta.onnx model.onnx',
        describe: 'a model that looks at each image and at its mirror image, wherever it is run',
      },
    ],
  },
  main,
);

async function main(
  { operands: [path = ''], options: { tfjs, tta, output } }: Arguments<typeof options>,
  io: CommandIo,
): Promise<number> {
  if (tfjs === undefined && tta === undefined)
    throw new UsageError('the form to write is not given; --tfjs DIR or --tta was expected');
  if (tfjs !== undefined && (tta ?? output) !== undefined)
    throw new UsageError(
      `--tfjs writes a folder of its own; ${tta ? '--tta' : '-o'} does not go with it`,
    );
  const bytes = await readFile(path).catch((error) => {
    throw new TroubleError(path, systemReason(error), { cause: error });
  });
  if (tta !== undefined)
    await withOutput(io, output, (sink) => sink.write(augmentedModel(bytes, path, tta)));
  if (tfjs !== undefined) {
    await writeLayersModel(tfjs, layersModelOf(readModel(bytes, path), path));
    remark(io, `tf.loadLayersModel takes ${tfjs}/model.json; its input is raw pixels 0–255`);
  }
  return exitStatus.fine;
}

function layersModelOf({ info, network, weights }: ReadModel, path: string): LayersModelFiles {
  const { digest: _, ...rest } = info;
  if (info.tta)
    throw new TroubleError(
      path,
      `has test-time augmentation inside (${info.tta}), which a LayersModel cannot have; the model it was made of was expected`,
    );
  try {
    return encodeLayersModel(rest, network, weights, version());
  } catch (error) {
    throw new TroubleError(path, (error as Error).message, { cause: error });
  }
}
