/** fmnist-show: images, mistakes and training curves, in the terminal or as a picture. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { info, warn } from '../cli/messages.js';
import { outputOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { ByteSink } from '../io/byte-sink.js';
import { openInput } from '../io/input.js';
import { refuseTerminal, withOutput } from '../io/output.js';
import type { ColourLevel } from '../picture/ansi.js';

const pictureFormats = ['png', 'svg'] as const;
const options = {
  count: {
    type: 'integer',
    min: 1,
    max: 100000,
    placeholder: 'N',
    describe: 'how many images to show; default 10, on a sheet 100',
  },
  from: {
    type: 'integer',
    min: 0,
    default: 0,
    placeholder: 'N',
    describe: 'begin with image N of the stream, counted from 0',
  },
  class: {
    type: 'list',
    placeholder: 'NAME|LABEL',
    describe: 'only images of this class',
  },
  columns: { type: 'integer', min: 1, max: 1000, placeholder: 'N', describe: 'images a row' },
  predictions: {
    type: 'file',
    placeholder: 'FILE',
    describe: 'show what a model made of each image, from prediction records',
  },
  errors: {
    type: 'flag',
    describe: 'with --predictions: only mistakes, the most confident first',
  },
  curve: {
    type: 'flag',
    describe: "draw a training run's loss and accuracy instead; FILE is its log",
  },
  zoom: {
    type: 'integer',
    min: 1,
    max: 64,
    placeholder: 'N',
    describe: 'on a sheet: units a pixel; default: an image is about 84 wide',
  },
  format: {
    type: 'choice',
    choices: ['ansi', 'ascii', ...pictureFormats],
    placeholder: 'FORMAT',
    describe: "default by the output's name; else ansi at a terminal, ascii in a pipe",
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'show',
    summary: 'show images, mistakes and training curves',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-fetch test | fmnist-show',
        describe: 'the first ten test images, in the terminal',
      },
      {
        command: 'fmnist-fetch test | fmnist-show --class Shirt --class Coat -o sheet.png',
        describe: 'a contact sheet of shirts and coats',
      },
      {
        command: 'fmnist-show --predictions predictions.ndjson --errors test.idx',
        describe: 'the most confident mistakes',
      },
      {
        command: 'fmnist-show --curve log.ndjson -o curve.svg',
        describe: 'loss and accuracy by epoch',
      },
    ],
  },
  main,
);

type Options = Arguments<typeof options>['options'];
type Format = NonNullable<Options['format']>;

async function main(args: Arguments<typeof options>, io: CommandIo): Promise<number> {
  const format = chooseFormat(args.options, io);
  if (args.options.curve) await showCurve(args, io, format);
  else await showImages(args, io, format);
  return exitStatus.fine;
}

function chooseFormat({ format, output }: Options, io: CommandIo): Format {
  const toStdout = output === undefined || output === '-';
  const named = toStdout
    ? undefined
    : pictureFormats.find((picture) => output.toLowerCase().endsWith(`.${picture}`));
  return format ?? named ?? (toStdout && io.stdoutIsTerminal ? 'ansi' : 'ascii');
}

/** Colour level of `ansi`: the terminal's; at least 256 colours where the format is named. */
async function levelOf(format: Format, asked: boolean, io: CommandIo): Promise<ColourLevel> {
  if (format !== 'ansi') return 0;
  const { colourLevel } = await import('../cli/colour.js');
  const level = colourLevel(io, true);
  return asked && level < 2 ? 2 : level;
}

async function showCurve(
  { operands, options: given }: Arguments<typeof options>,
  io: CommandIo,
  format: Format,
): Promise<void> {
  for (const name of ['count', 'class', 'columns', 'predictions', 'errors', 'zoom'] as const) {
    const value = given[name];
    if (value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0))
      throw new UsageError(`--${name} is about images; it does not go with --curve`);
  }
  const [{ readTrainingLog }, { trainingCurve }] = await Promise.all([
    import('../ndjson/epoch-reader.js'),
    import('../picture/training-curve.js'),
  ]);
  const log = await readTrainingLog(await openInput(io, operands[0] ?? '-'));
  if (log.runs > 1) info(io, `the log holds ${log.runs} runs; the last is drawn`);
  const chart = trainingCurve(log.epochs, log.run);
  const level = await levelOf(format, given.format === 'ansi', io);
  await withOutput(io, given.output, async (sink) => {
    if (format === 'svg' || format === 'png') {
      const { lineChart } = await import('../picture/line-chart.js');
      return writePicture(sink, lineChart(chart), format);
    }
    const { terminalChart } = await import('../picture/terminal-chart.js');
    const lines = terminalChart(chart, { level, width: outputWidth(io, 20) });
    await sink.write(`${lines.join('\n')}\n`);
  });
}

async function showImages(
  { operands, options: given }: Arguments<typeof options>,
  io: CommandIo,
  format: Format,
): Promise<void> {
  const input = operands[0] ?? '-';
  if (given.errors && given.predictions === undefined)
    throw new UsageError('--errors needs --predictions');
  const byDefault = input === '-' && operands.length === 0 && io.stdinIsTerminal;
  if (input === '-' && !byDefault && given.predictions === '-')
    throw new UsageError('images and predictions cannot both come from standard input');
  const reader = byDefault ? await openDefault(io) : await openInput(io, input);
  const set = await openSet(reader, { labels: 'optional' });
  if (set.images.type === 'f32' && !set.annotation?.normalization)
    warn(
      io,
      'the stream does not say how it was normalised; each image is stretched from black to white',
    );
  if (given.from >= set.images.count)
    throw new OperationalError(
      set.source,
      `has ${set.images.count} images; --from ${given.from} is beyond them`,
    );
  const { openGallery } = await import('../picture/gallery.js');
  const gallery = await openGallery(set, {
    count: given.count ?? (format === 'png' || format === 'svg' ? 100 : 10),
    from: given.from,
    classes: given.class,
    predictions:
      given.predictions === undefined ? undefined : await openInput(io, given.predictions),
    errors: given.errors,
  });
  const level = await levelOf(format, given.format === 'ansi', io);
  await withOutput(io, given.output, async (sink) => {
    if (format === 'svg' || format === 'png') {
      const { gallerySheet } = await import('../picture/gallery-sheet.js');
      const sheet = await gallerySheet(gallery, { columns: given.columns, zoom: given.zoom });
      return writePicture(sink, sheet, format);
    }
    const { galleryLines } = await import('../picture/gallery-lines.js');
    const layout = {
      width: outputWidth(io, 20),
      level,
      ascii: format === 'ascii',
      columns: given.columns,
    };
    for await (const lines of galleryLines(gallery, layout))
      await sink.write(`${lines.join('\n')}\n`);
  });
  // The rest of a long stream is not read: its writer is told so.
  await reader.close();
}

/** With no file and no pipe: the test split, if it was ever fetched. */
async function openDefault(io: CommandIo): Promise<ByteReader> {
  const { openCachedSplit } = await import('../datasets/default-split.js');
  const reader = await openCachedSplit(io, 'test');
  info(io, 'no file named: the cached test split of Fashion-MNIST');
  return reader;
}

async function writePicture(sink: ByteSink, svg: string, format: 'svg' | 'png'): Promise<void> {
  if (format === 'svg') return sink.write(svg);
  refuseTerminal(sink);
  const { svgToPng } = await import('../picture/raster.js');
  await sink.write(await svgToPng(svg));
}
