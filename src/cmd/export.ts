/** fmnist-export: a model in the form that other tools take. */

import { readFile } from 'node:fs/promises';
import { exitStatus, systemReason, TroubleError, UsageError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { remark } from '../cli/report.js';
import { type Arguments, defineCommand } from '../cli/spec.js';
import { version } from '../cli/version.js';
import { writeLayersModel } from '../convert/layers-model-folder.js';
import { encodeLayersModel, type LayersModelFiles } from '../model/layers-model.js';
import { type ReadModel, readModel } from '../model/model-weights.js';

const options = {
  tfjs: {
    type: 'file',
    placeholder: 'DIR',
    describe: 'write a LayersModel of TensorFlow.js to DIR, a new folder',
  },
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
    ],
  },
  main,
);

async function main(
  { operands: [path = ''], options: { tfjs } }: Arguments<typeof options>,
  io: CommandIo,
): Promise<number> {
  if (tfjs === undefined)
    throw new UsageError('the form to write is not given; --tfjs DIR was expected');
  const bytes = await readFile(path).catch((error) => {
    throw new TroubleError(path, systemReason(error), { cause: error });
  });
  await writeLayersModel(tfjs, layersModelOf(readModel(bytes, path), path));
  remark(io, `tf.loadLayersModel takes ${tfjs}/model.json; its input is raw pixels 0–255`);
  return exitStatus.fine;
}

function layersModelOf({ info, network, weights }: ReadModel, path: string): LayersModelFiles {
  const { digest: _, ...rest } = info;
  try {
    return encodeLayersModel(rest, network, weights, version());
  } catch (error) {
    throw new TroubleError(path, (error as Error).message, { cause: error });
  }
}
