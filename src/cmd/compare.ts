/** fmnist-compare: paired comparison of two models on the same images, with intervals, tests and a verdict. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { info, openProgress } from '../cli/messages.js';
import {
  modelOptions,
  outputOption,
  reportFormatText,
  seedOption,
  ttaOption,
} from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError } from '../core/errors.js';
import { Comparer } from '../evaluate/comparison/comparer.js';
import type { PairedPredictions } from '../evaluate/comparison/paired-predictions.js';
import { type ComparisonReport, refusals, verdictSentence } from '../evaluate/comparison/report.js';
import { decideVerdict } from '../evaluate/comparison/verdict.js';
import { comparisonParts } from '../evaluate/comparison/write.js';
import { countCopiesOption, DistinctSamples } from '../evaluate/distinct-samples.js';
import { openPairedPredictions } from '../evaluate/open-paired-predictions.js';
import { refuseTerminal, withOutput } from '../io/output.js';
import { renderReport } from '../picture/report-formats.js';

const formats = ['text', 'ndjson', 'html', 'svg', 'png'] as const;
const share = { type: 'number', min: 0, max: 1 } as const;

const options = {
  margin: {
    ...share,
    placeholder: 'SHARE',
    describe: 'pass a model that is not better, unless it may be worse by more than this',
  },
  'class-margin': {
    ...share,
    default: 0.05,
    placeholder: 'SHARE',
    describe: 'by how much the recall of a class may be lower',
  },
  confidence: {
    type: 'number',
    min: 0.5,
    max: 0.9999,
    default: 0.95,
    placeholder: 'SHARE',
    describe: 'of the intervals; better is what would be by chance in fewer cases than the rest',
  },
  resamples: {
    type: 'integer',
    min: 100,
    max: 1_000_000,
    default: 10_000,
    placeholder: 'N',
    describe: 'resamples of the bootstrap',
  },
  regressions: {
    type: 'integer',
    min: 0,
    max: 100_000,
    default: 20,
    placeholder: 'N',
    describe: 'the N images lost that the new model is surest of',
  },
  'count-copies': countCopiesOption,
  tta: ttaOption,
  ...modelOptions,
  seed: seedOption,
  format: { type: 'choice', choices: formats, describe: reportFormatText },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'compare',
    summary: 'decide whether a new model is better, on the same images',
    operands: 'OLD NEW [FILE]',
    minOperands: 2,
    maxOperands: 3,
    options,
    examples: [
      {
        command: 'fmnist-compare old.onnx new.onnx test.idx && cp new.onnx serving.onnx',
        describe: 'take a new model only if it is better, and not much worse on any class',
      },
      {
        command: 'fmnist-compare --margin 0.005 old.ndjson new.ndjson',
        describe: 'from predictions; pass unless it may be worse by more than half a point',
      },
      {
        command: 'fmnist-compare -o comparison.html old.onnx new.onnx test.idx',
        describe: 'a page, with the images that the new model is no longer right on',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options, argv }: Args, io: CommandIo): Promise<number> {
  const { confidence, margin, resamples, seed, output } = options;
  const format = chooseFormat(io, { ...options, formats });
  const opened = await openPairedPredictions(io, operands, options);
  try {
    const { pairs } = opened;
    const distinct = new DistinctSamples(options['count-copies']);
    const comparer = await compare(io, pairs, distinct, options.regressions);
    distinct.say(io);
    const comparison = comparer.finish({ seed, resamples, confidence });
    const sides = pairs.info();
    const demand = { confidence, margin, classMargin: options['class-margin'] };
    const verdict = decideVerdict(comparison, pairs.classes, demand);
    const { copies } = distinct;
    const report: ComparisonReport = { comparison, copies, verdict, demand, resamples, ...sides };
    warnOf(io, report);
    const rendered = await renderReport(io, format, comparisonParts(report), {
      argv,
      run: { seed, synthetic: sides.old.synthetic || sides.new.synthetic },
      width: outputWidth(io),
      output,
    });
    await withOutput(io, output, async (sink) => {
      if (format === 'png') refuseTerminal(sink);
      await sink.write(rendered);
    });
    return announce(io, report, format === 'text');
  } finally {
    await opened.close();
  }
}

async function compare(
  io: CommandIo,
  pairs: PairedPredictions,
  distinct: DistinctSamples,
  regressions: number,
): Promise<Comparer> {
  const comparer = new Comparer(pairs.classes.labels.length, { regressions });
  const progress = await openProgress(io, { total: pairs.total, unit: 'images' });
  try {
    for await (const sample of distinct.of(pairs.samples())) {
      comparer.add(sample);
      if (comparer.images % 1024 === 0) progress.update(comparer.images);
    }
  } finally {
    progress.stop();
  }
  if (comparer.images === 0)
    throw new OperationalError(pairs.source, 'holds no images; at least one is needed to compare');
  return comparer;
}

/** Warns of anything that makes the metrics mean less than they seem to. */
function warnOf(io: CommandIo, { old, new: fresh }: ComparisonReport): void {
  if (old.model !== undefined && old.model === fresh.model && old.tta === fresh.tta)
    info(io, `old and new are the same model, ${old.model.slice(0, 12)}`);
  if ((fresh.split ?? old.split) === 'train')
    info(io, 'these are training images, which either model may have learnt by heart');
}

/** Prints the verdict's reasons unless the text report has them, and returns the exit status. */
function announce(io: CommandIo, report: ComparisonReport, said: boolean): number {
  if (report.verdict.passed) return exitStatus.fine;
  if (!said)
    for (const line of [verdictSentence(report), ...refusals(report)])
      io.stderr.write(`${io.program}: ${line}\n`);
  return exitStatus.no;
}
