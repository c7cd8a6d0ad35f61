/** fmnist-cat: concatenates, slices, samples, shards, shuffles and converts sets of images. */

import { parseAmount, parseShard, parseSize } from '../cli/amounts.js';
import { type Arguments, defineCommand } from '../cli/command.js';
import { info, openProgress } from '../cli/messages.js';
import { bareOption, outputOption, seedOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { present } from '../core/present.js';
import { version } from '../core/version.js';
import { readClassesOption } from '../datasets/named-classes.js';
import { choosePositions } from '../formats/choose-positions.js';
import { type Collection, openCollection } from '../formats/collection.js';
import { derivedSet } from '../formats/derived-set.js';
import { inputFormats } from '../formats/detect.js';
import { findFirsts, sayCopies } from '../formats/distinct.js';
import { withTarget } from '../formats/output.js';
import { type OutputPlan, outputFormats, planOutput } from '../formats/output-plan.js';
import { openStreamCollection } from '../formats/stream-collection.js';
import { outputBlocks } from '../formats/writer.js';
import type { ClassList } from '../idx/classes.js';
import type { ImageSize } from '../image/augment/image.js';
import { imagesNeeded, type Selection } from '../image/selection.js';
import { deriveKey } from '../random/key.js';

const options = {
  class: {
    type: 'list',
    placeholder: 'NAME|LABEL',
    describe: '1. keep only this class',
  },
  distinct: {
    type: 'flag',
    describe: '1. keep the first of images with the same pixels',
  },
  from: {
    type: 'integer',
    placeholder: 'N',
    describe: '2. begin with image N, counted from 0; -N: from the end',
  },
  to: { type: 'integer', placeholder: 'N', describe: '2. end before image N; -N: from the end' },
  every: { type: 'integer', min: 1, placeholder: 'N', describe: '2. of those, every N-th' },
  sample: {
    type: 'string',
    placeholder: 'N|FRACTION',
    describe: '3. draw N images at random, or a FRACTION of them below 1, in their order',
  },
  stratify: { type: 'flag', describe: '3. draw from each class in proportion' },
  shard: {
    type: 'string',
    placeholder: 'I/N',
    describe: '4. the I-th of N runs of neighbours, whose sizes differ by one at most',
  },
  shuffle: { type: 'flag', describe: '5. put them in random order' },
  seed: seedOption,
  format: {
    type: 'choice',
    choices: outputFormats,
    placeholder: 'FORMAT',
    describe: 'what to write; idx unless --to-folder is given',
  },
  'to-folder': {
    type: 'file',
    placeholder: 'DIR',
    describe: 'write image files to a new folder, in a folder a class',
  },
  published: {
    type: 'file',
    placeholder: 'DIR',
    describe: 'write the four files of a data set as published, of two sets: train and test',
  },
  images: { type: 'flag', describe: 'write the images item alone, as data sets are published' },
  labels: { type: 'flag', describe: 'write the labels item alone' },
  'no-header': { type: 'flag', describe: 'write CSV without its header line' },
  classes: {
    type: 'string',
    placeholder: 'NAME,…|FILE',
    describe: 'name the classes, in the order of their labels: a list, a file or a data set',
  },
  'close-gaps': {
    type: 'flag',
    describe: 'labels that no image has are no classes; unless given, 0 to the largest are',
  },
  transpose: { type: 'flag', describe: 'make rows columns: EMNIST is stored like that' },
  invert: { type: 'flag', describe: 'make dark bright and bright dark' },
  size: {
    type: 'string',
    placeholder: 'ROWSxCOLUMNS',
    describe: 'resample image files to this size; the size of images in CSV that are no squares',
  },
  split: {
    type: 'string',
    placeholder: 'NAME',
    describe: 'of a file with several splits, read this: train, test, val, …',
  },
  'input-format': {
    type: 'choice',
    choices: inputFormats,
    placeholder: 'FORMAT',
    describe: 'format of the input; detected by content unless given',
  },
  single: {
    type: 'flag',
    describe: 'the input is one IDX set: stream it, without keeping it for a second look',
  },
  bare: bareOption,
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'cat',
    summary: 'join, cut, draw, shard, shuffle and convert sets of images',
    operands: '[FILE ...]',
    maxOperands: Number.MAX_SAFE_INTEGER,
    options,
    examples: [
      {
        command: 'fmnist-cat train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz > train.idx',
        describe: 'files as they are published, made one stream',
      },
      {
        command: 'fmnist-fetch test | fmnist-cat --format csv > fashion-mnist_test.csv',
        describe: "Kaggle's CSV; the way back is fmnist-cat fashion-mnist_test.csv",
      },
      {
        command: 'fmnist-cat --shard 3/8 train.idx | fmnist-stats > part-3.ndjson',
        describe: 'one of eight parts, for eight machines',
      },
      {
        command: 'fmnist-cat --size 28x28 --invert photos/ | fmnist-predict model.onnx',
        describe: 'photos of garments on white, as the model knows them',
      },
    ],
  },
  main,
);

type CatArguments = Arguments<typeof options>;

async function main(args: CatArguments, io: CommandIo): Promise<number> {
  const { published } = args.options;
  if (published !== undefined) {
    const { writePublished } = await import('../formats/published-files.js');
    await writePublished(io, published, args.operands);
    return exitStatus.fine;
  }
  const plan = { ...readPlan(args), classes: await readClassesOption(args.options.classes) };
  const operands = args.operands.length > 0 ? args.operands : ['-'];
  const source = operands.length === 1 ? operands[0]! : 'the input';
  let images = 0;
  await withTarget(io, plan.output, async (write) => {
    const collection = await openOperands(args, plan, operands, io);
    try {
      const firsts = args.options.distinct ? await findFirsts(collection) : undefined;
      const order = choosePositions(collection, plan.selection, firsts, source, {
        classes: args.options.class,
        keyOf: (purpose) => deriveKey(args.options.seed, 'fmnist-cat', purpose),
      });
      if (firsts) sayCopies(io, firsts, collection.labels);
      const set = derivedSet(collection, order, source, {
        record: { program: 'fmnist-cat', version: version(), options: chosen(args.options) },
        bare: args.options.bare,
        classes: plan.classes,
        closeGaps: args.options['close-gaps'],
        transpose: args.options.transpose,
      });
      if (args.options.invert && set.images.type !== 'u8')
        throw new OperationalError(source, 'holds normalised pixels; --invert is for raw ones');
      const progress = await openProgress(io, { total: set.images.count, unit: 'images' });
      const blocks = outputBlocks(collection.pick(order), set, args.options, progress);
      await write(set, blocks, source);
      images = set.images.count;
    } finally {
      await collection.close();
    }
  });
  const { folder } = plan.output;
  if (folder !== undefined) info(io, `${images} images written to ${folder}`);
  return exitStatus.fine;
}

interface Plan {
  readonly classes?: ClassList | undefined;
  readonly selection: Selection;
  readonly size: ImageSize | undefined;
  readonly output: OutputPlan;
}

/** Everything on the command line that can be checked before a byte is read. */
function readPlan({ operands, options }: CatArguments): Plan {
  const { from, to, every, sample, stratify, shard, shuffle, size, single } = options;
  if (stratify && sample === undefined) throw new UsageError('--stratify needs --sample');
  if (single && operands.length > 1) throw new UsageError('--single is for one operand');
  const twice = options.distinct ? '--distinct' : shuffle ? '--shuffle' : '';
  if (single && twice)
    throw new UsageError(`--single keeps nothing, and ${twice} must look at images twice`);
  if (single && (size !== undefined || (options['input-format'] ?? 'idx') !== 'idx'))
    throw new UsageError('--single is for IDX streams');
  return {
    selection: {
      from,
      to,
      every,
      sample: sample === undefined ? undefined : parseAmount('sample', sample),
      stratify,
      shard: shard === undefined ? undefined : parseShard('shard', shard),
      shuffle,
    },
    size: size === undefined ? undefined : parseSize('size', size),
    output: planOutput({
      ...options,
      folder: options['to-folder'],
      header: !options['no-header'],
    }),
  };
}

async function openOperands(
  { options }: CatArguments,
  { selection, size, classes }: Plan,
  operands: readonly string[],
  io: CommandIo,
): Promise<Collection> {
  const reach = options.class.length > 0 || options.distinct ? Infinity : imagesNeeded(selection);
  if (options.single) return openStreamCollection(io, operands[0]!, reach);
  const background = options.invert ? 255 : 0;
  const { split, 'input-format': format } = options;
  return openCollection(io, operands, { format, split, classes, size, background, reach });
}

/** The options that decide which images go out, and what they look like. */
function chosen(options: CatArguments['options']): Record<string, unknown> {
  const { from, to, every, sample, shard, size, seed } = options;
  const random = sample !== undefined || options.shuffle;
  const flags = ['distinct', 'stratify', 'shuffle', 'close-gaps', 'transpose', 'invert'] as const;
  return present({
    class: options.class.length > 0 ? options.class : undefined,
    ...{ from, to, every, sample, shard, size },
    ...Object.fromEntries(flags.map((flag) => [flag, options[flag] || undefined])),
    seed: random ? seed : undefined,
  });
}
