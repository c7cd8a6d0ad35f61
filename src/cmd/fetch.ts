/** fmnist-fetch: the labelled stream of a dataset's split, from the cache, a mirror, a folder or a generator. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { info } from '../cli/messages.js';
import { bareOption, outputOption, seedOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, UsageError } from '../core/errors.js';
import { type CachedFile, cacheFolder } from '../datasets/cache.js';
import { type DataFile, datasetOf, fashionName } from '../datasets/datasets.js';
import { fetchFile } from '../datasets/fetch.js';
import type { FetchContext } from '../datasets/fetch-context.js';
import { sourcesOf, syntheticWord } from '../datasets/sources/order.js';
import { itemBytes, type PartFiles, partsOf, type Split, splitBytes } from '../datasets/stream.js';
import { syntheticBytes } from '../datasets/synthetic/stream.js';
import { refuseTerminal, withOutput } from '../io/output.js';

const splits: readonly Split[] = ['train', 'test', 'all'];

const options = {
  images: { type: 'flag', describe: 'write the images item only, as published' },
  labels: { type: 'flag', describe: 'write the labels item only, as published' },
  source: {
    type: 'list',
    placeholder: 'SOURCE',
    describe:
      'try these instead, in this order: cache, debian, mirror, published, apt, a URL, a folder; or synthetic',
  },
  as: {
    type: 'string',
    placeholder: 'NAME',
    default: fashionName,
    describe: 'what the files are: mnist, kmnist, emnist-letters, … or a name of your own',
  },
  verify: { type: 'flag', describe: 'hash cached files again, even if they are unchanged' },
  cache: { type: 'file', placeholder: 'FOLDER', describe: 'keep files in FOLDER' },
  timeout: {
    type: 'number',
    min: 0.1,
    max: 3600,
    default: 30,
    placeholder: 'SECONDS',
    describe: 'give a silent server up after SECONDS',
  },
  retries: {
    type: 'integer',
    min: 0,
    max: 100,
    default: 3,
    placeholder: 'N',
    describe: 'take a broken download up N times in a row',
  },
  count: {
    type: 'integer',
    min: 1,
    max: 100_000_000,
    placeholder: 'N',
    describe: 'how many synthetic images; 6000 for train and 1000 for test unless given',
  },
  seed: { ...seedOption, describe: 'seed of the synthetic images' },
  bare: bareOption,
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'fetch',
    summary: 'write a split as a labelled stream, from cache or network',
    operands: '[train|test|all]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-fetch train > train.idx',
        describe: '60,000 images and their labels, annotated; from the cache the second time',
      },
      {
        command: 'fmnist-fetch test --source synthetic --count 500 | fmnist-show',
        describe: 'garments drawn by this program, with no network',
      },
      {
        command: 'fmnist-fetch train --as emnist-letters --source ~/Downloads/emnist > letters.idx',
        describe: 'another IDX data set, from a folder',
      },
    ],
  },
  main,
);

type Given = Arguments<typeof options>;

async function main(args: Given, io: CommandIo): Promise<number> {
  const split = readSplit(args);
  const generated = args.options.source.includes(syntheticWord);
  const bytes = generated ? synthetic(args, split) : await fetched(args, split, io);
  // At a terminal the point was to fill the cache; pixels are not read there.
  const filled = !generated && io.stdoutIsTerminal && args.options.output === undefined;
  if (filled) {
    info(io, `${split} is in ${cacheFolder(io, args.options.cache)}; a pipe or -o takes it out`);
    return exitStatus.fine;
  }
  await withOutput(io, args.options.output, async (sink) => {
    refuseTerminal(sink);
    for await (const chunk of bytes) await sink.write(chunk);
  });
  return exitStatus.fine;
}

/** Checks what the option table cannot say, and returns the split. */
function readSplit({ operands, options: given }: Given): Split {
  const split = operands[0] ?? 'train';
  if (!splits.includes(split as Split))
    throw new UsageError(`'${split}' is no split; ${splits.join(', ')} were expected`);
  if (given.images && given.labels)
    throw new UsageError('--images and --labels are given; without both, both are written');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(given.as))
    throw new UsageError(
      `--as: '${given.as}' is no name; letters, digits, '.', '_' and '-' make one`,
    );
  const generated = given.source.includes(syntheticWord);
  if (generated && given.source.length > 1)
    throw new UsageError('--source synthetic stands alone: it never runs dry');
  if (generated && given.as !== fashionName)
    throw new UsageError('--as is for files; --source synthetic draws its own');
  if (!generated && given.count !== undefined)
    throw new UsageError('--count is for --source synthetic');
  return split as Split;
}

function synthetic({ options: given }: Given, split: Split): Generator<Buffer> {
  const { images, labels, bare, seed, count } = given;
  const annotation = !bare && !images && !labels;
  return syntheticBytes({ split, seed, count, annotation, labels: !images, images: !labels });
}

/** Brings the files to the cache, and returns the stream made of them. */
async function fetched(
  { options: given }: Given,
  split: Split,
  io: CommandIo,
): Promise<AsyncGenerator<Buffer>> {
  const dataset = datasetOf(given.as);
  const sources = sourcesOf(given.source, given.as, io.env);
  const context: FetchContext = {
    io,
    cache: cacheFolder(io, given.cache),
    verify: given.verify,
    timeout: given.timeout * 1000,
    retries: given.retries,
  };
  const files = partsOf(split).map((part) => dataset.files[part]);
  const get = (file: DataFile) => fetchFile(file, sources, context);
  if (given.images || given.labels) {
    const cached: CachedFile[] = [];
    for (const { images, labels } of files) cached.push(await get(given.images ? images : labels));
    return itemBytes(cached);
  }
  const parts: PartFiles[] = [];
  for (const { images, labels } of files)
    parts.push({ labels: await get(labels), images: await get(images) });
  return splitBytes(dataset, split, parts, given.bare);
}
