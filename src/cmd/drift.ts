/** fmnist-drift: drift tests of current images or predictions against a reference sketch. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { outputOption, reportFormatText, seedOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { compareToReference, type DriftComparisonOptions } from '../drift/comparison.js';
import { checkFeatures } from '../drift/feature-selection.js';
import { readSketch } from '../drift/open-inputs.js';
import { verdictOn } from '../drift/report/report.js';
import { openVerdictWriter, type VerdictWriter } from '../drift/report/write.js';
import { sketchRecords } from '../drift/sketch-records.js';
import { type MonitorResult, monitorWindows } from '../drift/window-monitor.js';
import type { WindowSketch } from '../drift/window-sketch.js';
import { planWindows, type WindowPlan } from '../drift/windows.js';
import type { ByteSink } from '../io/byte-sink.js';
import { withOutput } from '../io/output.js';
import { encodeRecord } from '../ndjson/encode.js';
import { runRecord } from '../picture/report-formats.js';

const formats = ['text', 'ndjson', 'html'] as const;

const options = {
  sketch: { type: 'flag', describe: 'write a sketch of all inputs together, instead of comparing' },
  alpha: {
    type: 'number',
    min: 1e-9,
    max: 0.5,
    default: 0.01,
    placeholder: 'P',
    describe: 'false-alarm rate: how often a comparison may find drift where there is none',
  },
  correction: {
    type: 'choice',
    choices: ['holm', 'bh', 'none'],
    default: 'holm',
    describe: 'how p-values are corrected for the number of tests',
  },
  test: {
    type: 'choice',
    choices: ['ks', 'psi'],
    default: 'ks',
    describe: 'what decides on a feature: Kolmogorov–Smirnov, or PSI with its calibrated bound',
  },
  share: {
    type: 'number',
    min: 0,
    max: 1,
    placeholder: 'S',
    describe: 'drift only if a share S of the tests find it; by default one is enough',
  },
  features: {
    type: 'string',
    placeholder: 'NAMES',
    describe: 'test only these, separated by commas',
  },
  model: {
    type: 'string',
    placeholder: 'NAME',
    describe: "of a service's log, only what model NAME said",
  },
  'any-model': { type: 'flag', describe: 'compare predictions of different models' },
  least: {
    type: 'integer',
    min: 2,
    default: 30,
    placeholder: 'N',
    describe: 'test nothing with fewer rows than N',
  },
  window: {
    type: 'string',
    placeholder: 'EXTENT',
    describe: 'compare window by window: of so many rows, as 500, or so much time, as 10m',
  },
  every: {
    type: 'string',
    placeholder: 'EXTENT',
    describe: 'begin a window every so many rows, or so much time; windows then overlap',
  },
  'cool-down': {
    type: 'integer',
    min: 0,
    default: 3,
    placeholder: 'N',
    describe: 'after drift, alarm again only when N windows in a row were without',
  },
  follow: { type: 'flag', describe: 'read on as the log grows, until interrupted' },
  'until-drift': { type: 'flag', describe: 'end at the first alarm' },
  seed: seedOption,
  format: { type: 'choice', choices: formats, describe: reportFormatText },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'drift',
    summary: 'test data, predictions and accuracy for drift',
    operands: '[REFERENCE] [FILE ...]',
    maxOperands: Number.MAX_SAFE_INTEGER,
    options,
    examples: [
      {
        command: 'fmnist-predict model.onnx val.idx | fmnist-drift --sketch -o ref.sketch',
        describe: 'a reference, from predictions on the validation images',
      },
      {
        command: 'fmnist-drift ref.sketch < predictions.ndjson || make retrain',
        describe: 'status 3 if the predictions, or their confidence, have drifted',
      },
      {
        command: 'fmnist-drift --follow --window 500 ref.sketch served.ndjson',
        describe: 'watch the log of a service',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main(args: Args, io: CommandIo): Promise<number> {
  checkOptions(args);
  if (args.options.sketch) return writeSketch(args, io);
  const [name, ...files] = args.operands;
  if (name === undefined)
    throw new UsageError(
      'no reference is named; images, predictions, a log or a sketch were expected',
    );
  const plan = readPlan(args);
  const { output } = args.options;
  const format = chooseFormat(io, { ...args.options, formats });
  const images = format === 'html';
  const reference = await readSketch(io, [name], { images });
  if (reference.rows === 0)
    throw new OperationalError(name, 'holds no rows; a reference was expected');
  const settings = settingsOf(args);
  checkFeatures(settings.features, reference, name);
  const writer = await openVerdictWriter(io, settings, format, {
    argv: args.argv,
    width: outputWidth(io),
    output,
  });
  const run = { args, io, reference, files: files.length > 0 ? files : ['-'], settings, writer };
  return withOutput(io, output, async (sink) => {
    const watching = {
      ...args.options,
      anyModel: args.options['any-model'],
      coolDown: args.options['cool-down'],
      untilDrift: args.options['until-drift'],
      reference,
      files: run.files,
      settings,
      writer,
    };
    const found = plan
      ? await monitorWindows(io, watching, plan, sink)
      : await judgeWhole(run, sink);
    const current = run.files.map((file) => (file === '-' ? 'standard input' : file)).join(', ');
    const { classes } = reference;
    await sink.write(
      writer.end({
        reference: name,
        current,
        classes,
        referenceImages: reference.images?.first ?? [],
        options: settings,
        ...found,
      }),
    );
    return found.drifting > 0 ? exitStatus.no : exitStatus.fine;
  });
}

interface Run {
  readonly args: Args;
  readonly io: CommandIo;
  readonly reference: WindowSketch;
  readonly files: readonly string[];
  readonly settings: DriftComparisonOptions;
  readonly writer: VerdictWriter;
}

function checkOptions({ options, operands }: Args): void {
  const { window, every, follow, sketch } = options;
  if (every !== undefined && window === undefined) throw new UsageError('--every needs --window');
  if (follow && window === undefined) throw new UsageError('--follow needs --window');
  if (options['until-drift'] && window === undefined)
    throw new UsageError('--until-drift needs --window');
  if (sketch && (window !== undefined || options.format !== undefined))
    throw new UsageError('--sketch goes with neither --window nor --format');
  if (follow && (operands.length !== 2 || operands[1] === '-'))
    throw new UsageError(
      '--follow takes a reference and one file; a pipe is read as it comes without it',
    );
}

function readPlan({ options: { window, every } }: Args): WindowPlan | undefined {
  if (window === undefined) return undefined;
  try {
    return planWindows(window, every);
  } catch (error) {
    throw new UsageError(`--window: ${(error as Error).message}`);
  }
}

function settingsOf({ options }: Args): DriftComparisonOptions {
  const { alpha, correction, test, share, features, seed } = options;
  return { alpha, correction, test, share, features: features?.split(',').filter(Boolean), seed };
}

async function writeSketch({ operands, options, argv }: Args, io: CommandIo): Promise<number> {
  const sketch = await readSketch(io, operands.length > 0 ? operands : ['-'], {
    model: options.model,
    anyModel: options['any-model'],
  });
  await withOutput(io, options.output, async (sink) => {
    await sink.write(encodeRecord(runRecord(io, argv)));
    for (const record of sketchRecords(sketch)) await sink.write(encodeRecord(record));
  });
  return exitStatus.fine;
}

async function judgeWhole(
  { args, io, reference, files, settings, writer }: Run,
  sink: ByteSink,
): Promise<MonitorResult> {
  const { model, least } = args.options;
  const sketch = await readSketch(io, files, {
    reference,
    model,
    anyModel: args.options['any-model'],
    images: writer.images,
  });
  if (sketch.rows < least)
    throw new OperationalError(
      files.join(', '),
      `${sketch.rows} rows are too few to test${sketch.copies > 0 ? `, ${sketch.copies} copies of them left out` : ''}; at least ${least} were expected (--least)`,
    );
  const comparison = compareToReference(reference, sketch, settings);
  if (comparison.tests.length === 0)
    throw new OperationalError(
      files.join(', '),
      `has nothing that can be compared with the reference, which has ${[...reference.features.keys()].sort().join(', ') || 'no features'}`,
    );
  const verdict = verdictOn(reference, sketch, comparison);
  await sink.write(writer.begin() + writer.verdict(verdict));
  return { verdicts: [verdict], windows: 1, drifting: comparison.drift ? 1 : 0 };
}
