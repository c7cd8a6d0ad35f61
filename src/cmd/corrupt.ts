/** fmnist-corrupt: corruptions of images, label noise and shifts of the class distribution, by severity. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { info, openProgress } from '../cli/messages.js';
import { bareOption, outputOption, seedOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, quoted, UsageError } from '../core/errors.js';
import { version } from '../core/version.js';
import { annotate } from '../idx/annotation.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { SetWriter } from '../idx/set-writer.js';
import { corruptSet } from '../image/corruptions/corrupted-set.js';
import { corruptionRecords } from '../image/corruptions/list.js';
import {
  type CorruptionChoice,
  corruptionSettings,
  parseCorruptions,
} from '../image/corruptions/parse-corruptions.js';
import type { ByteSink } from '../io/byte-sink.js';
import { openInput } from '../io/input.js';
import { refuseTerminal, withOutput } from '../io/output.js';
import { renderReport } from '../picture/report-formats.js';

const formats = ['text', 'ndjson'] as const;

const options = {
  severity: {
    type: 'string',
    placeholder: 'N|M-N',
    describe: 'how badly, 0 (not at all) to 5, or a range to draw from for each image; default 3',
  },
  amount: {
    type: 'number',
    placeholder: 'X',
    describe: 'how badly, in the unit of the kind, instead of a severity',
  },
  share: {
    type: 'number',
    min: 0,
    max: 1,
    default: 1,
    placeholder: 'SHARE',
    describe: 'corrupt this share of the images, drawn for each',
  },
  from: {
    type: 'integer',
    min: 0,
    default: 0,
    placeholder: 'N',
    describe: 'leave the images before number N as they are',
  },
  class: {
    type: 'string',
    placeholder: 'NAME|LABEL',
    describe: 'class-shift: the class whose share changes; drawn unless given',
  },
  list: { type: 'flag', describe: 'list the kinds and what their severities mean' },
  sheet: {
    type: 'file',
    placeholder: 'FILE',
    describe: 'draw the first image in every kind and severity, into a .png or .svg file',
  },
  seed: seedOption,
  format: { type: 'choice', choices: formats, describe: 'how --list is written' },
  bare: bareOption,
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'corrupt',
    summary: 'damage images, labels or the class mix, in five severities',
    operands: 'KIND[,KIND ...] [FILE]',
    maxOperands: 2,
    options,
    examples: [
      {
        command: 'fmnist-corrupt gaussian-noise test.idx | fmnist-eval model.onnx',
        describe: 'the accuracy of a model under noise',
      },
      {
        command: 'fmnist-corrupt --severity 1-5 --share 0.5 all train.idx > rough.idx',
        describe: 'half of the images damaged, each in a way of its own, to train on',
      },
      {
        command: 'fmnist-corrupt --sheet kinds.png all test.idx',
        describe: 'a picture of all that can be done to an image',
      },
      { command: 'fmnist-corrupt --list', describe: 'the kinds, and what their severities mean' },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main(args: Args, io: CommandIo): Promise<number> {
  const { list, sheet } = args.options;
  if (list) return writeList(args, io);
  if (args.options.format !== undefined) throw new UsageError('--format is for --list');
  const [word, file = '-'] = args.operands;
  if (word !== undefined && args.operands.length === 1 && looksLikeFile(word))
    throw new UsageError(`${quoted(word)} is no KIND; a KIND comes before FILE (all, for all)`);
  const order = parseCorruptions(word, args.options);
  const needs = order.what === 'images' ? 'optional' : 'required';
  const set = await openSet(await openInput(io, file), { labels: needs });
  if (sheet !== undefined) return writeSheet(sheet, set, order, args, io);
  const outcome = await withOutput(io, args.options.output, (sink) =>
    writeCorrupted(set, order, args, sink, io),
  );
  info(io, outcome);
  return exitStatus.fine;
}

/** A file where the kind belongs: the commonest slip. */
function looksLikeFile(word: string): boolean {
  return /[./]/.test(word) || word === '-';
}

async function writeCorrupted(
  set: LabelledSet,
  order: CorruptionChoice,
  { options: { seed, bare } }: Args,
  sink: ByteSink,
  io: CommandIo,
): Promise<string> {
  const { labels, images, blocks, outcome } = corruptSet(set, order, seed);
  const record = {
    program: 'fmnist-corrupt',
    version: version(),
    options: corruptionSettings(order, seed),
  };
  const annotation = bare ? undefined : annotate(set.annotation, record);
  const writer = await SetWriter.open(sink, { annotation, labels, images });
  const progress = await openProgress(io, { total: images.count, unit: 'images' });
  try {
    let done = 0;
    for await (const block of blocks()) {
      await writer.write(block);
      done += block.length / (images.rows * images.columns);
      progress.update(done);
    }
  } finally {
    progress.stop();
  }
  writer.finish();
  return outcome;
}

async function writeSheet(
  name: string,
  set: LabelledSet,
  order: CorruptionChoice,
  { options: { seed, output } }: Args,
  io: CommandIo,
): Promise<number> {
  if (order.what !== 'images') throw new UsageError(`${order.what} changes no image to be drawn`);
  if (output !== undefined) throw new UsageError('give either --sheet or --output');
  const { corruptionSheet } = await import('../picture/corruption-sheet.js');
  const svg = await corruptionSheet(set, order.kinds, seed);
  await withOutput(io, name, async (sink) => {
    if (name.toLowerCase().endsWith('.svg')) return sink.write(svg);
    refuseTerminal(sink);
    const { svgToPng } = await import('../picture/raster.js');
    await sink.write(await svgToPng(svg, { scale: 1.5 }));
  });
  return exitStatus.fine;
}

async function writeList({ options, argv, operands }: Args, io: CommandIo): Promise<number> {
  if (operands.length > 0) throw new UsageError('--list takes no operands');
  const { output } = options;
  const records = corruptionRecords();
  const format = chooseFormat(io, { format: options.format, output, formats });
  const parts = {
    ndjson: async () => records,
    text: async () => {
      const { corruptionList } = await import('../picture/corruption-list.js');
      return corruptionList(records);
    },
  };
  const width = outputWidth(io);
  const rendered = await renderReport(io, format, parts, { argv, width, output });
  await withOutput(io, output, (sink) => sink.write(rendered));
  return exitStatus.fine;
}
