/** fmnist-augment: random augmentation of a stream of images: rotation, shift, shear, zoom, flip and erasing. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { info } from '../cli/messages.js';
import { bareOption, outputOption, seedOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { version } from '../core/version.js';
import { annotate } from '../idx/annotation.js';
import { describeNormalization } from '../idx/normalization.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { SetWriter } from '../idx/set-writer.js';
import { openAugmenter } from '../image/augment/augment.js';
import { copyImages, repeated } from '../image/augment/copies.js';
import {
  type Augmentation,
  augmentationSettings,
  augmentationBounds as bounds,
  changesImages,
  erasures,
  fills,
  flips,
  noAugmentation,
  presetNames,
  presets,
} from '../image/augment/spec.js';
import type { ByteSink } from '../io/byte-sink.js';
import { openInput } from '../io/input.js';
import { withOutput } from '../io/output.js';
import { grouped } from '../picture/numbers.js';
import { deriveKey } from '../random/key.js';

const options = {
  preset: {
    type: 'choice',
    choices: presetNames,
    placeholder: 'NAME',
    describe: 'begin with settings that have a name; the options below change them',
  },
  rotate: {
    type: 'number',
    ...bounds.rotate,
    placeholder: 'DEGREES',
    describe: 'turn by up to DEGREES either way',
  },
  shift: {
    type: 'number',
    ...bounds.shift,
    placeholder: 'SHARE',
    describe: 'move by up to SHARE of height and of width',
  },
  shear: {
    type: 'number',
    ...bounds.shear,
    placeholder: 'SHARE',
    describe: 'slide rows sideways, by up to SHARE of their distance from the centre',
  },
  zoom: {
    type: 'number',
    ...bounds.zoom,
    placeholder: 'SHARE',
    describe: 'divide height and width by 1 - SHARE to 1 + SHARE',
  },
  translate: {
    type: 'integer',
    ...bounds.translate,
    placeholder: 'PIXELS',
    describe: 'move by up to so many whole pixels',
  },
  flip: {
    type: 'choice',
    choices: flips,
    placeholder: 'HOW',
    describe: 'change left and right: half of the time, or in every second copy',
  },
  fill: {
    type: 'choice',
    choices: fills,
    placeholder: 'HOW',
    describe: 'what is beyond the edge: black (default), the edge itself, a mirror',
  },
  erase: {
    type: 'number',
    ...bounds.erase,
    placeholder: 'PROBABILITY',
    describe: 'erase a rectangle, with PROBABILITY',
  },
  'erase-area': {
    type: 'number',
    ...bounds.eraseArea,
    placeholder: 'SHARE',
    describe: `erase at most SHARE of the image; ${noAugmentation.eraseArea} unless given`,
  },
  'erase-with': {
    type: 'choice',
    choices: erasures,
    placeholder: 'HOW',
    describe: "fill the rectangle with noise (default), the image's mean, or black",
  },
  copies: {
    type: 'integer',
    min: 1,
    max: 65535,
    default: 1,
    placeholder: 'N',
    describe: 'write each image N times, each time changed in another way',
  },
  keep: { type: 'flag', describe: 'write each image as it is before its copies' },
  seed: seedOption,
  bare: bareOption,
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'augment',
    summary: 'turn, move, stretch, flip and partly erase images at random',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-augment --preset reference --copies 4 --keep train.idx > more.idx',
        describe: 'five images of each: as it is, and four times changed',
      },
      {
        command: 'fmnist-augment --rotate 20 --fill nearest train.idx | fmnist-show',
        describe: 'look at what a setting does',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main(args: Args, io: CommandIo): Promise<number> {
  const spec = readSettings(args);
  const set = await openSet(await openInput(io, args.operands[0] ?? '-'), { labels: 'optional' });
  refuseNormalized(set);
  const { copies, keep } = args.options;
  const each = copies + (keep ? 1 : 0);
  if (each * set.images.count > mostImages)
    throw new OperationalError(
      set.source,
      `has ${set.images.count} images; ${each} of each are more than the ${mostImages} that a stream can hold`,
    );
  await withOutput(io, args.options.output, (sink) => writeCopies(set, spec, args, sink));
  const { count } = set.images;
  const total = grouped(each * count);
  info(
    io,
    each === 1 ? `${total} images` : `${total} images, ${each} of each of ${grouped(count)}`,
  );
  return exitStatus.fine;
}

/** Images that the header of an IDX item can count. */
const mostImages = 0xffffffff;

/** The preset with the options over it. */
function readSettings({ options }: Args): Augmentation {
  const { preset, rotate, shift, shear, zoom, translate, flip, fill, erase } = options;
  const [eraseArea, eraseWith] = [options['erase-area'], options['erase-with']];
  const given = { rotate, shift, shear, zoom, translate, flip, fill, erase, eraseArea, eraseWith };
  const changes = Object.entries(given).filter(([, value]) => value !== undefined);
  const base = preset === undefined ? noAugmentation : presets[preset];
  const spec: Augmentation = { ...base, ...Object.fromEntries(changes) };
  if (!changesImages(spec))
    throw new UsageError(
      'nothing to do; give --preset, or one of --rotate, --shift, --shear, --zoom, --translate, --flip, --erase',
    );
  return spec;
}

function refuseNormalized({ images, annotation, source }: LabelledSet): void {
  if (images.type === 'u8') return;
  const how = annotation?.normalization;
  throw new OperationalError(
    source,
    `is normalised${how ? ` (${describeNormalization(how)})` : ''}; raw pixels of type u8 were expected (augment first, normalise last)`,
  );
}

async function writeCopies(
  set: LabelledSet,
  spec: Augmentation,
  { options: { copies, keep, seed, bare } }: Args,
  sink: ByteSink,
): Promise<void> {
  const { images, labels } = set;
  const each = copies + (keep ? 1 : 0);
  const record = {
    program: 'fmnist-augment',
    version: version(),
    options: { ...augmentationSettings(spec), copies, ...(keep ? { keep } : {}), seed },
  };
  const writer = await SetWriter.open(sink, {
    annotation: bare ? undefined : annotate(set.annotation, record),
    labels: labels && repeated(labels, each),
    images: { ...images, count: each * images.count },
  });
  const key = deriveKey(seed, 'fmnist-augment', 'images');
  const augmenters = Array.from({ length: copies }, (_, i) =>
    openAugmenter(spec, images, key, i + 1),
  );
  for await (const batch of set.batches())
    for (const chunk of copyImages(batch, images, augmenters, keep)) await writer.write(chunk);
  writer.finish();
}
