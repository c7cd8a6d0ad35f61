/** fmnist-eval: evaluation of a model or of its predictions on labelled images: metrics, calibration, confusions, and gates on them. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { info, openProgress, warn } from '../cli/messages.js';
import { modelOptions, outputOption, reportFormatText, ttaOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { parseNumber } from '../core/numbers.js';
import { countCopiesOption, DistinctSamples } from '../evaluate/distinct-samples.js';
import { checkGate, type Gate, type GateResult, parseGate } from '../evaluate/gate.js';
import { openPredictions } from '../evaluate/open-predictions.js';
import type { LabelledPredictions, PredictionInfo } from '../evaluate/predictions.js';
import { gateSentence } from '../evaluate/report/gate-sentence.js';
import { mistakesInARow } from '../evaluate/report/mistake-text.js';
import type { Report } from '../evaluate/report/report.js';
import { reportParts } from '../evaluate/report/write.js';
import { withOutput } from '../io/output.js';
import { type Evaluation, Evaluator } from '../metrics/evaluator.js';
import { renderReport } from '../picture/report-formats.js';

const formats = ['text', 'ndjson', 'csv', 'html', 'svg', 'png'] as const;

const options = {
  confusion: { type: 'flag', describe: 'the confusion matrix alone, under the accuracy' },
  calibration: { type: 'flag', describe: 'the reliability of the probabilities alone' },
  mistakes: {
    type: 'integer',
    min: 0,
    max: 100000,
    placeholder: 'N',
    describe: 'the N most confident mistakes; 20 by default, one row at a terminal',
  },
  threshold: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0.5,
    placeholder: 'P',
    describe: 'a class is claimed from probability P on, for precision and recall at a threshold',
  },
  'fail-below': {
    type: 'list',
    placeholder: 'FIGURE=X',
    describe: 'exit with status 3 if FIGURE is below X, as in accuracy=0.915 or recall.Shirt=0.7',
  },
  'fail-above': {
    type: 'list',
    placeholder: 'FIGURE=X',
    describe: 'exit with status 3 if FIGURE is above X, as in logLoss=0.3',
  },
  'count-copies': countCopiesOption,
  tta: ttaOption,
  ...modelOptions,
  format: {
    type: 'choice',
    choices: formats,
    describe: reportFormatText,
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'eval',
    summary: 'evaluate a model, or its predictions, on labelled images',
    operands: '[MODEL] [FILE]',
    maxOperands: 2,
    options,
    examples: [
      {
        command: 'fmnist-fetch test | fmnist-eval model.onnx',
        describe: 'accuracy with its interval, figures, classes, confusions and mistakes',
      },
      {
        command: 'fmnist-eval --confusion -o confusion.png model.onnx test.idx',
        describe: 'the confusion matrix as a picture',
      },
      {
        command: 'fmnist-predict model.onnx test.idx | fmnist-eval --fail-below accuracy=0.915',
        describe: 'a gate on predictions: status 3 below that accuracy',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options, argv }: Args, io: CommandIo): Promise<number> {
  const { confusion, calibration, output } = options;
  if (confusion && calibration) throw new UsageError('give either --confusion or --calibration');
  const gates = [
    ...options['fail-below'].map((text) => readGate(text, 'below')),
    ...options['fail-above'].map((text) => readGate(text, 'above')),
  ];
  const format = chooseFormat(io, { ...options, formats });
  const width = outputWidth(io);
  const opened = await openPredictions(io, operands, options);
  try {
    const { predictions } = opened;
    const mistakes = options.mistakes ?? (format === 'text' ? mistakesInARow(width) : 20);
    const distinct = new DistinctSamples(options['count-copies']);
    const { threshold } = options;
    const evaluation = await evaluate(io, predictions, distinct, { threshold, mistakes });
    const info = predictions.info();
    distinct.say(io);
    const { copies } = distinct;
    warnOf(io, predictions, evaluation.images + copies, info);
    const results = gates.map((gate) => hold(gate, evaluation, info));
    const view = confusion ? 'confusion' : calibration ? 'calibration' : 'all';
    const report: Report = { view, predictions: info, evaluation, copies, gates: results };
    const run = { synthetic: info.synthetic };
    const rendered = await renderReport(io, format, reportParts(report), {
      width,
      argv,
      run,
      output,
    });
    await withOutput(io, output, (sink) => sink.write(rendered));
    return announce(io, results);
  } finally {
    await opened.close();
  }
}

function readGate(text: string, side: Gate['side']): Gate {
  try {
    return parseGate(text, side, (bound) => parseNumber(bound));
  } catch (error) {
    throw new UsageError(`--fail-${side}: ${(error as Error).message}`);
  }
}

function hold(gate: Gate, evaluation: Evaluation, { classes }: PredictionInfo): GateResult {
  try {
    return checkGate(gate, evaluation, classes);
  } catch (error) {
    throw new UsageError(`--fail-${gate.side}: ${(error as Error).message}`);
  }
}

async function evaluate(
  io: CommandIo,
  predictions: LabelledPredictions,
  distinct: DistinctSamples,
  options: { readonly threshold: number; readonly mistakes: number },
): Promise<Evaluation> {
  const evaluator = new Evaluator(predictions.classes.labels.length, options);
  const progress = await openProgress(io, { total: predictions.total, unit: 'images' });
  try {
    for await (const sample of distinct.of(predictions.samples())) {
      evaluator.add(sample);
      if (evaluator.images % 1024 === 0) progress.update(evaluator.images);
    }
  } finally {
    progress.stop();
  }
  if (evaluator.images === 0)
    throw new OperationalError(
      predictions.source,
      'holds no images; at least one is needed to evaluate',
    );
  return evaluator.finish();
}

/** Warns of anything that makes the metrics mean less than they seem to. */
function warnOf(
  io: CommandIo,
  { total }: LabelledPredictions,
  images: number,
  predictionInfo: PredictionInfo,
): void {
  if (total > 0 && total !== images)
    warn(
      io,
      `${images} predictions came where ${total} were announced; the figures are about those that came`,
    );
  if (
    predictionInfo.split === 'train' &&
    (predictionInfo.modelDataset ?? predictionInfo.dataset) === predictionInfo.dataset
  )
    info(
      io,
      'these are training images, which the model may have learnt by heart; the figures say little about new ones',
    );
}

/** Failed gates, said on standard error, and the exit status. */
function announce(io: CommandIo, results: readonly GateResult[]): number {
  const failed = results.filter(({ passed }) => !passed);
  for (const result of failed) io.stderr.write(`${io.program}: ${gateSentence(result)}\n`);
  return failed.length > 0 ? exitStatus.no : exitStatus.fine;
}
