/** fmnist-split: stratified split of a labelled stream into a training and a held-out part, or one of k folds. */

import { parseAmount } from '../cli/amounts.js';
import { type Arguments, defineCommand } from '../cli/command.js';
import { info, warn } from '../cli/messages.js';
import { bareOption, outputOption, seedOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { BrokenPipeError, exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { present } from '../core/present.js';
import { version } from '../core/version.js';
import { annotate } from '../idx/annotation.js';
import { classesOf } from '../idx/classes.js';
import { openRereadable, type RereadableSet } from '../idx/reread.js';
import { selectImages } from '../idx/select.js';
import { SetWriter } from '../idx/set-writer.js';
import { CopyFinder, divideApart } from '../image/copies.js';
import { labelsMissing, stratifiedFolds, stratifiedHoldout } from '../image/split.js';
import type { ByteSink } from '../io/byte-sink.js';
import { canReopen, openInput } from '../io/input.js';
import { refuseTerminal, withOutputs } from '../io/output.js';
import { deriveKey } from '../random/key.js';

const options = {
  validation: {
    type: 'string',
    placeholder: 'N|FRACTION',
    describe: 'hold out N images, or a FRACTION of them below 1',
  },
  folds: { type: 'integer', min: 2, max: 65535, describe: 'divide into N folds instead' },
  fold: { type: 'integer', min: 1, max: 65535, describe: 'which fold is held out, from 1' },
  'out-validation': {
    type: 'file',
    placeholder: 'FILE',
    describe: 'write the held-out part to FILE; without it, that part is dropped',
  },
  seed: seedOption,
  bare: bareOption,
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'split',
    summary: 'hold out a stratified validation part, or one of k folds',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command:
          'fmnist-fetch train | fmnist-split --validation 5000 --out-validation val.idx > train.idx',
        describe: '55,000 images to train on, 5,000 to validate on, classes balanced in both',
      },
      {
        command: 'fmnist-split --folds 5 --fold 2 --out-validation val.idx all.idx > train.idx',
        describe: 'the second of five folds held out',
      },
    ],
  },
  main,
);

async function main(args: Arguments<typeof options>, io: CommandIo): Promise<number> {
  const plan = readPlan(args);
  const name = args.operands[0] ?? '-';
  const reopen = (await canReopen(name)) ? () => openInput(io, name) : undefined;
  const set = await openRereadable(await openInput(io, name), { labels: 'required' }, reopen);
  const copies = await findCopies(set);
  const held = holdOut(set, plan, args.options.seed, copies);
  warnOfGaps(set, held, io);
  const file = args.options['out-validation'];
  try {
    await withOutputs(
      io,
      [args.options.output, ...(file === undefined ? [] : [file])],
      ([output, validation]) => write(set, held, args, output!, validation),
    );
  } catch (error) {
    // The other half was promised: a closed pipe of this one must not be taken for success.
    if (error instanceof BrokenPipeError && file !== undefined)
      throw new OperationalError(
        file,
        'was not written: the reader of the other part has gone away',
      );
    throw error;
  }
  const out = held.reduce((sum, flag) => sum + flag, 0);
  const apart =
    copies.count === 0
      ? ''
      : `; ${copies.count === 1 ? '1 is a copy' : `${copies.count} are copies`}, on the side of the same image`;
  info(io, `${held.length - out} images to train on, ${out} held out${apart}`);
  return exitStatus.fine;
}

type Plan =
  | { readonly take: (total: number) => number }
  | { readonly folds: number; readonly fold: number };

function readPlan({ options: { validation, folds, fold } }: Arguments<typeof options>): Plan {
  if ((validation === undefined) === (folds === undefined))
    throw new UsageError('give either --validation or --folds');
  if (folds === undefined) {
    if (fold !== undefined) throw new UsageError('--fold needs --folds');
    return { take: parseAmount('validation', validation!) };
  }
  if (fold === undefined) throw new UsageError('--folds needs --fold');
  if (fold > folds) throw new UsageError(`--fold ${fold} of ${folds} folds does not exist`);
  return { folds, fold: fold - 1 };
}

interface Copies {
  /** [images] position of the first image with the same pixels, its own where it is the first. */
  readonly firsts: Uint32Array;
  readonly count: number;
}

async function findCopies(set: RereadableSet): Promise<Copies> {
  const { count, rows, columns } = set.images;
  const finder = new CopyFinder();
  const firsts = new Uint32Array(count);
  for await (const batch of set.batches()) {
    const { buffer, byteOffset, byteLength } = batch.pixels;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const size = (bytes.length / batch.pixels.length) * rows * columns;
    for (let i = 0; i < batch.count; i++)
      firsts[batch.start + i] =
        finder.add(bytes.subarray(i * size, (i + 1) * size)) ?? batch.start + i;
  }
  return { firsts, count: finder.copies };
}

/** One flag an image: whether it is held out. Of an image and its copies, all are or none; they count as one. */
function holdOut(set: RereadableSet, plan: Plan, seed: number, copies: Copies): Uint8Array {
  return divideApart(set.labels!, copies.firsts, (labels) => divide(set, labels, plan, seed));
}

function divide(set: RereadableSet, labels: Uint8Array, plan: Plan, seed: number): Uint8Array {
  const key = deriveKey(seed, 'fmnist-split', 'take' in plan ? 'holdout' : 'folds');
  if ('folds' in plan) {
    if (plan.folds > labels.length)
      throw new OperationalError(
        set.source,
        `has ${labels.length} different images; at least one for each of ${plan.folds} folds was expected`,
      );
    const fold = stratifiedFolds(labels, plan.folds, key);
    return Uint8Array.from(fold, (f) => (f === plan.fold ? 1 : 0));
  }
  const take = plan.take(labels.length);
  if (take < 1 || take >= labels.length)
    throw new OperationalError(
      set.source,
      `has ${labels.length} different images; ${take} of them cannot be held out (at least one must be, and one must be left)`,
    );
  return stratifiedHoldout(labels, take, key);
}

/** A class too small to be in both parts is no error, but nothing will be known of it afterwards. */
function warnOfGaps({ labels, annotation }: RereadableSet, held: Uint8Array, io: CommandIo): void {
  const classes = classesOf(annotation);
  const nameOf = (label: number) => classes?.names[classes.labels.indexOf(label)] ?? `${label}`;
  for (const [flag, part] of ['to train on', 'held out'].entries()) {
    const missing = labelsMissing(labels!, held, flag);
    if (missing.length > 0) warn(io, `no image ${part} of: ${missing.map(nameOf).join(', ')}`);
  }
}

async function write(
  set: RereadableSet,
  held: Uint8Array,
  { options: { validation, folds, fold, seed, bare } }: Arguments<typeof options>,
  output: ByteSink,
  heldOutput?: ByteSink,
): Promise<void> {
  refuseTerminal(output);
  const chosen = present({ validation, folds, fold, seed });
  const record = { program: 'fmnist-split', version: version(), options: chosen };
  const part = (flag: 0 | 1, split: string, sink: ByteSink) =>
    SetWriter.open(sink, {
      annotation: bare ? undefined : annotate(set.annotation, record, { split }),
      labels: set.labels!.filter((_, i) => held[i] === flag),
      images: { ...set.images, count: held.reduce((sum, f) => sum + (f === flag ? 1 : 0), 0) },
    });
  const kept = await part(0, 'train', output);
  const taken = heldOutput && (await part(1, 'validation', heldOutput));
  const size = set.images.rows * set.images.columns;
  for await (const { start, pixels } of set.again()) {
    await kept.write(selectImages(pixels, size, (i) => held[start + i] === 0));
    await taken?.write(selectImages(pixels, size, (i) => held[start + i] === 1));
  }
  kept.finish();
  taken?.finish();
}
