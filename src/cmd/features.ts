/** fmnist-features: features of each image as records, with a model's prediction and embedding where one is given. */

import { availableParallelism } from 'node:os';
import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { info, openProgress } from '../cli/messages.js';
import { modelOptions, outputOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { logFeatures } from '../drift/log-features.js';
import { checkSet, namedClasses } from '../engine/predict-set.js';
import type { Predictor } from '../engine/predictor.js';
import { type ClassList, classesOf } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { ByteSink } from '../io/byte-sink.js';
import { openInput } from '../io/input.js';
import { withOutput } from '../io/output.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { FeaturesRecord } from '../ndjson/features-record.js';
import { runRecord } from '../picture/report-formats.js';

const formats = ['text', 'ndjson', 'csv'] as const;

const options = {
  model: {
    type: 'file',
    placeholder: 'MODEL',
    describe: 'also what this model predicts, how sure it is, and how far ahead of the next class',
  },
  embedding: {
    type: 'flag',
    describe: "with --model: the values that the model's last dense layer is given",
  },
  ...modelOptions,
  format: {
    type: 'choice',
    choices: formats,
    describe: 'text on a terminal and ndjson elsewhere unless given or told by the output',
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'features',
    summary: 'measure images: brightness, sharpness, shape, embedding',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-fetch test | fmnist-features > features.ndjson',
        describe: 'a record an image',
      },
      {
        command:
          'fmnist-features --model model.onnx --embedding train.idx | fmnist-drift --sketch > ref.sketch',
        describe: 'everything drift can be tested by, as a reference',
      },
      {
        command: 'fmnist-features --format csv train.idx > features.csv',
        describe: 'for a spreadsheet',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

/** Source of feature records, and its properties known beforehand. */
interface Source {
  readonly records: AsyncIterable<readonly FeaturesRecord[]>;
  readonly classes: ClassList | undefined;
  readonly labelled: boolean;
  readonly predicted: boolean;
  readonly images?: number;
  /** Further fields of the `run` record. */
  readonly run: Readonly<Record<string, unknown>>;
  /** Said at the end. */
  readonly passed?: () => number;
}

async function main(args: Args, io: CommandIo): Promise<number> {
  const { model, embedding, engine } = args.options;
  if (embedding && model === undefined) throw new UsageError('--embedding needs --model');
  if (embedding && engine !== 'onnxruntime')
    throw new UsageError('--embedding is for --engine onnxruntime');
  const format = chooseFormat(io, { ...args.options, formats });
  if (embedding && format !== 'ndjson') throw new UsageError('--embedding is for ndjson');
  const reader = await openInput(io, args.operands[0] ?? '-');
  const [first] = await reader.peek(1);
  if (first === undefined)
    throw new OperationalError(reader.source, 'is empty; images or records were expected');
  if (first !== 0) {
    if (model !== undefined)
      throw new OperationalError(
        reader.source,
        'holds records and no images; --model was given, for which images were expected',
      );
    await writeSource(await logSource(reader), format, args, io);
    return exitStatus.fine;
  }
  const predictor = model === undefined ? undefined : await openModel(model, args, io);
  try {
    await writeSource(await imageSource(reader, predictor, args), format, args, io);
  } finally {
    await predictor?.close();
  }
  return exitStatus.fine;
}

async function openModel(path: string, { options: given }: Args, io: CommandIo) {
  const { openModelFile } = await import('../model/model.js');
  const model = await openModelFile(path);
  if (given.embedding) {
    const { openEmbedder } = await import('../engine/onnxruntime/embedder.js');
    return openEmbedder(model, given.threads ?? availableParallelism());
  }
  const { openPredictor } = await import('../engine/open-predictor.js');
  return openPredictor(io, model, given);
}

async function imageSource(
  reader: ByteReader,
  predictor: Predictor | undefined,
  { options: { batch } }: Args,
): Promise<Source> {
  const set = await openSet(reader, { labels: 'optional' });
  if (predictor) checkSet(set, predictor.info);
  const { featureRecords } = await import('../evaluate/feature-records.js');
  const { dataset, split, synthetic } = set.annotation ?? {};
  const images = set.images.count;
  return {
    records: featureRecords(set, predictor, batch),
    classes: predictor ? namedClasses(set, predictor.info) : classesOf(set.annotation),
    labelled: set.labels !== undefined,
    predicted: predictor !== undefined,
    images,
    run: { model: predictor?.info.digest, images, dataset, split, synthetic },
  };
}

async function logSource(reader: ByteReader): Promise<Source> {
  const log = logFeatures(reader);
  const records = log.records();
  // What predictions are about stands before the first of them.
  const first = await records.next();
  return {
    records: startingWith(first.value ?? [], records),
    classes: log.classes,
    labelled: true,
    predicted: true,
    run: { model: log.model },
    passed: () => log.passed,
  };
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

async function writeSource(
  source: Source,
  format: (typeof formats)[number],
  { argv, options: { output } }: Args,
  io: CommandIo,
): Promise<void> {
  const { classes, images = 0, run } = source;
  const lines = await import('../picture/feature-lines.js');
  const text = lines.featureText({
    predicted: source.predicted,
    nameOf: source.labelled || source.predicted ? (label) => nameIn(classes, label) : undefined,
  });
  const classesRecord = classes ? encodeRecord({ type: 'classes', ...classes }) : '';
  const [heading, body] = {
    text: [text.heading, text.lines] as const,
    csv: [`${lines.csvColumns.join(',')}\n`, lines.featureCsvLines] as const,
    ndjson: [
      encodeRecord(runRecord(io, argv, run)) + classesRecord,
      lines.featureRecordLines,
    ] as const,
  }[format];
  await withOutput(io, output, (sink) => writeAll(source, heading, body, sink, images, io));
  const passed = source.passed?.() ?? 0;
  if (passed > 0)
    info(io, `${passed} records passed over: asked in another's shadow, or cut short`);
}

async function writeAll(
  { records }: Source,
  heading: string,
  body: (batch: readonly FeaturesRecord[]) => string,
  sink: ByteSink,
  total: number,
  io: CommandIo,
): Promise<void> {
  await sink.write(heading);
  const progress = await openProgress(io, { total, unit: 'images' });
  let done = 0;
  try {
    for await (const batch of records) {
      await sink.write(body(batch));
      done += batch.length;
      progress.update(done);
    }
  } finally {
    progress.stop();
  }
}

function nameIn(classes: ClassList | undefined, label: number): string {
  return classes?.names[classes.labels.indexOf(label)] ?? String(label);
}
