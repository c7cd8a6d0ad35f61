/** fmnist-predict: predictions of a model for every image of a stream, as records or lines of text. */

import { createHash } from 'node:crypto';
import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { openProgress } from '../cli/messages.js';
import { modelOptions, outputOption, ttaOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus } from '../core/errors.js';
import { version } from '../core/version.js';
import { openPredictor } from '../engine/open-predictor.js';
import { checkSet, namedClasses, type PredictedBatch, predictSet } from '../engine/predict-set.js';
import type { ClassList } from '../idx/classes.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { openInput } from '../io/input.js';
import { withOutput } from '../io/output.js';
import type { ModelInfo } from '../model/info.js';
import { openModelFile } from '../model/model.js';
import { encodeRecord } from '../ndjson/encode.js';
import { predictionLines } from '../ndjson/prediction-lines.js';
import type { ImagesRecord, PredictionRun } from '../ndjson/prediction-records.js';

const formats = ['text', 'ndjson'] as const;

const options = {
  top: {
    type: 'integer',
    min: 1,
    max: 256,
    placeholder: 'K',
    describe: 'only the K most probable classes, named, in place of all probabilities',
  },
  logits: { type: 'flag', describe: 'the logits too, of which the probabilities are the softmax' },
  tta: ttaOption,
  ...modelOptions,
  format: {
    type: 'choice',
    choices: formats,
    describe: 'text on a terminal and ndjson elsewhere unless given',
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'predict',
    summary: 'predict the class of every image of a stream',
    operands: 'MODEL [FILE]',
    minOperands: 1,
    maxOperands: 2,
    options,
    examples: [
      {
        command: 'fmnist-fetch test | fmnist-predict model.onnx > predictions.ndjson',
        describe: 'a prediction record for each of the 10,000 test images',
      },
      {
        command: 'fmnist-predict --top 3 model.onnx new.idx',
        describe: 'the three most probable classes of each image, for people to read',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options, argv }: Args, io: CommandIo): Promise<number> {
  const [model = '', file = '-'] = operands;
  const format = chooseFormat(io, { ...options, formats });
  const reader = await openInput(io, file);
  const predictor = await openPredictor(io, await openModelFile(model), options);
  try {
    const { info } = predictor;
    const set = await openSet(reader, { labels: 'optional' });
    checkSet(set, info);
    const classes = namedClasses(set, info);
    await withOutput(io, options.output, async (sink) => {
      const write = format === 'text' ? await textWriter(io, classes, set, options) : undefined;
      await sink.write(
        write
          ? await heading(set)
          : opening(io, info, set, argv) + encodeRecord({ type: 'classes', ...classes }),
      );
      const hash = createHash('sha256');
      await eachBatch(io, set, predictSet(set, predictor, options.batch), (batch) => {
        hash.update(batch.pixels);
        return sink.write(write?.(batch) ?? predictionLines(batch, classes, options));
      });
      if (!write) await sink.write(ending(set, hash.digest('hex')));
    });
  } finally {
    await predictor.close();
  }
  return exitStatus.fine;
}

/** The `run` record. */
function opening(
  io: CommandIo,
  info: ModelInfo,
  set: LabelledSet,
  argv: readonly string[],
): string {
  const { dataset, split, synthetic } = set.annotation ?? {};
  const run: PredictionRun = {
    type: 'run',
    program: io.program,
    version: version(),
    argv,
    model: info.digest,
    ...(info.tta === undefined ? {} : { tta: info.tta }),
    images: set.images.count,
    ...(dataset === undefined ? {} : { dataset }),
    ...(split === undefined ? {} : { split }),
    ...(info.dataset === undefined ? {} : { modelDataset: info.dataset }),
    ...(info.synthetic ? { modelSynthetic: true } : {}),
    ...(synthetic ? { synthetic } : {}),
  };
  return encodeRecord(run);
}

function ending({ images: { count } }: LabelledSet, digest: string): string {
  return encodeRecord({ type: 'images', count, digest } satisfies ImagesRecord);
}

/** Heading of the text output. */
async function heading(set: LabelledSet): Promise<string> {
  const { predictionsName } = await import('../evaluate/report/report.js');
  const { grouped } = await import('../picture/numbers.js');
  const { printable } = await import('../picture/printable.js');
  const { dataset, split, synthetic = false } = set.annotation ?? {};
  const name = predictionsName({ source: set.source, dataset, split, synthetic });
  return `${printable(name)}: ${grouped(set.images.count)} images\n`;
}

async function textWriter(
  io: CommandIo,
  classes: ClassList,
  set: LabelledSet,
  { top = 1, output }: Args['options'],
): Promise<(batch: PredictedBatch) => string> {
  const { predictionText } = await import('../picture/prediction-text.js');
  const { colourLevel } = await import('../cli/colour.js');
  const toTerminal = io.stdoutIsTerminal && output === undefined;
  return predictionText({
    classes,
    top,
    images: set.images.count,
    level: colourLevel(io, toTerminal),
    width: outputWidth(io),
  });
}

async function eachBatch(
  io: CommandIo,
  set: LabelledSet,
  batches: AsyncIterable<PredictedBatch>,
  take: (batch: PredictedBatch) => Promise<void>,
): Promise<void> {
  const progress = await openProgress(io, { total: set.images.count, unit: 'images' });
  try {
    for await (const batch of batches) {
      await take(batch);
      progress.update(batch.start + batch.count);
    }
  } finally {
    progress.stop();
  }
}
