/** fmnist-split: a stratified held-out part, or one of k folds, taken off a labelled stream. */

import { exitStatus, TroubleError, UsageError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { parseNumber } from '../cli/numbers.js';
import { remark } from '../cli/report.js';
import { bareOption, outputOption, seedOption } from '../cli/shared-options.js';
import { type Arguments, defineCommand } from '../cli/spec.js';
import { version } from '../cli/version.js';
import { annotate } from '../idx/annotation.js';
import { selectImages } from '../idx/select.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { SetWriter } from '../idx/set-writer.js';
import { stratifiedFolds, stratifiedHoldout } from '../image/split.js';
import { openInput } from '../io/input.js';
import { type ByteSink, withOutput } from '../io/output.js';
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
  const reader = await openInput(io, args.operands[0] ?? '-');
  const set = await openSet(reader, { labels: 'required' });
  const held = holdOut(set, plan, args.options.seed);
  await withOutput(io, args.options.output, (output) =>
    args.options['out-validation'] === undefined
      ? divide(set, held, args, output)
      : withOutput(io, args.options['out-validation'], (validation) =>
          divide(set, held, args, output, validation),
        ),
  );
  const out = held.reduce((sum, flag) => sum + flag, 0);
  remark(io, `${held.length - out} images to train on, ${out} held out`);
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
    return { take: holdoutSize(validation as string) };
  }
  if (fold === undefined) throw new UsageError('--folds needs --fold');
  if (fold > folds) throw new UsageError(`--fold ${fold} of ${folds} folds does not exist`);
  return { folds, fold: fold - 1 };
}

/** `5000` is a count, `0.1` a share of the whole. */
function holdoutSize(text: string): (total: number) => number {
  try {
    const value = parseNumber(text, { min: 0 });
    if (value > 0 && value < 1) return (total) => Math.round(value * total);
    const count = parseNumber(text, { integer: true, min: 1 });
    return () => count;
  } catch {
    throw new UsageError(
      `--validation: '${text}' is neither a count of images nor a fraction below 1`,
    );
  }
}

/** One flag an image: whether it is held out. */
function holdOut(set: LabelledSet, plan: Plan, seed: number): Uint8Array {
  const labels = set.labels as Uint8Array;
  const key = deriveKey(seed, 'fmnist-split', 'take' in plan ? 'holdout' : 'folds');
  if ('folds' in plan) {
    const fold = stratifiedFolds(labels, plan.folds, key);
    return Uint8Array.from(fold, (f) => (f === plan.fold ? 1 : 0));
  }
  const take = plan.take(labels.length);
  if (take < 1 || take >= labels.length)
    throw new TroubleError(
      set.source,
      `has ${labels.length} images; ${take} of them cannot be held out (at least one must be, and one must be left)`,
    );
  return stratifiedHoldout(labels, take, key);
}

async function divide(
  set: LabelledSet,
  held: Uint8Array,
  { options: { validation, folds, fold, seed, bare } }: Arguments<typeof options>,
  output: ByteSink,
  heldOutput?: ByteSink,
): Promise<void> {
  const chosen = Object.fromEntries(
    Object.entries({ validation, folds, fold, seed }).filter(([, value]) => value !== undefined),
  );
  const record = { program: 'fmnist-split', version: version(), options: chosen };
  const part = (flag: 0 | 1, split: string, sink: ByteSink) =>
    SetWriter.open(sink, {
      annotation: bare ? undefined : annotate(set.annotation, record, { split }),
      labels: (set.labels as Uint8Array).filter((_, i) => held[i] === flag),
      images: { ...set.images, count: held.reduce((sum, f) => sum + (f === flag ? 1 : 0), 0) },
    });
  const kept = await part(0, 'train', output);
  const taken = heldOutput && (await part(1, 'validation', heldOutput));
  const size = set.images.rows * set.images.columns;
  for await (const { start, pixels } of set.batches()) {
    await kept.write(selectImages(pixels, size, (i) => held[start + i] === 0));
    await taken?.write(selectImages(pixels, size, (i) => held[start + i] === 1));
  }
  kept.finish();
  taken?.finish();
}
