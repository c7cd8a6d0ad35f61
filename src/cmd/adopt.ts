/** fmnist-adopt: a model of another tool with its contract inside, as all programs of the suite take it; tried on labelled images. */

import { type AdoptionWishes, openAdoptable } from '../adopt/adopt-model.js';
import { parseNormalization } from '../adopt/contract.js';
import { layouts } from '../adopt/input-port.js';
import { readTrialImages, type Trial, tryModel } from '../adopt/trial.js';
import { warningsOf } from '../adopt/verdict.js';
import { parseSize } from '../cli/amounts.js';
import { type Arguments, defineCommand } from '../cli/command.js';
import { info, warn } from '../cli/messages.js';
import { outputOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, UsageError } from '../core/errors.js';
import { orderOf, readClasses, readNames } from '../datasets/named-classes.js';
import { describeNormalization } from '../idx/normalization.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { openInput } from '../io/input.js';
import { refuseTerminal, withOutput } from '../io/output.js';
import { grouped, percent } from '../picture/numbers.js';

const options = {
  classes: {
    type: 'string',
    placeholder: 'NAME,…|FILE',
    describe:
      'the classes in the order of their labels: names, a file with one a line, or a data set',
  },
  normalize: {
    type: 'string',
    placeholder: 'HOW',
    describe: 'what the model wants of a pixel: none (0 to 255), scale (0 to 1), or MEAN,STD',
  },
  layout: {
    type: 'choice',
    choices: layouts,
    describe: "the order of the input's dimensions, where its shape does not say it",
  },
  size: {
    type: 'string',
    placeholder: 'ROWSxCOLUMNS',
    describe: 'the size of an image, where the input does not say it',
  },
  invert: { type: 'flag', describe: 'the model wants light for dark: 255 − pixel' },
  transpose: { type: 'flag', describe: 'the model wants columns for rows' },
  order: {
    type: 'string',
    placeholder: 'NAME,…|FILE',
    describe: 'the classes in the order in which the model gives them, where that is another one',
  },
  tensor: {
    type: 'string',
    placeholder: 'NAME',
    describe: 'the output with the values of the classes, of several',
  },
  scores: {
    type: 'choice',
    choices: ['logits', 'probabilities'],
    describe: 'what the values are, where they do not show it',
  },
  try: {
    type: 'file',
    placeholder: 'FILE',
    describe: 'say the accuracy on these labelled images, and that by the usual mistakes',
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'adopt',
    summary: 'adopt a model of another tool, with its contract inside',
    operands: 'MODEL',
    minOperands: 1,
    maxOperands: 1,
    options,
    examples: [
      {
        command:
          'fmnist-adopt --classes fashion-mnist --normalize 0.286,0.353 --try val.idx -o model.onnx torch.onnx',
        describe: "a model of PyTorch's, trained on ToTensor() and Normalize(0.286, 0.353)",
      },
      {
        command:
          'fmnist-adopt --classes cat,dog --normalize scale --size 28x28 -o model.onnx sklearn.onnx',
        describe: "a model of scikit-learn's that takes 784 numbers from 0 to 1",
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options: given }: Args, io: CommandIo): Promise<number> {
  const [path = ''] = operands;
  const set =
    given.try === undefined
      ? undefined
      : await openSet(await openInput(io, given.try), { labels: 'required' });
  const adoptable = await openAdoptable(path, await wishesOf(given, set));
  const { contract, kind, single, input } = adoptable;
  const model = adoptable.by(contract);
  await withOutput(io, given.output, async (sink) => {
    refuseTerminal(sink);
    info(
      io,
      `'${input.port.name}' takes images of ${input.rows} × ${input.columns} (${input.layout}), ${describeNormalization(contract.normalization)}; it gives ${kind}${single ? '; one image at a time, which is slower' : ''}`,
    );
    if (set) {
      const trial = await tryModel(adoptable, await readTrialImages(set, model));
      say(io, trial);
      for (const text of warningsOf(trial, contract)) warn(io, text);
    }
    await sink.write(model.bytes);
  });
  return exitStatus.fine;
}

function say(io: CommandIo, { images, own, others }: Trial): void {
  info(io, `${percent(own.accuracy, 2)} of ${grouped(images.count)} images are right`);
  for (const { words, accuracy } of others) info(io, `${percent(accuracy, 2)} ${words}`);
}

async function wishesOf(
  given: Args['options'],
  set: LabelledSet | undefined,
): Promise<AdoptionWishes> {
  const { classes: words, normalize, layout, order, size, tensor, scores } = given;
  const { invert, transpose } = given;
  if (words === undefined) throw new UsageError('--classes NAME,…|FILE was expected');
  if (normalize === undefined)
    throw new UsageError(
      '--normalize MEAN,STD or scale or none was expected: what the model was trained on',
    );
  const said = <R>(option: string, body: () => R): R => {
    try {
      return body();
    } catch (error) {
      throw usage(option, error);
    }
  };
  const normalization = said('--normalize', () => parseNormalization(normalize));
  const ofSize = size === undefined ? set?.images : parseSize('size', size);
  const classes = await readClasses(words).catch((error) => {
    throw usage('--classes', error);
  });
  const names = await (order === undefined ? undefined : readNames(order))?.catch((error) => {
    throw usage('the classes of --order', error);
  });
  return {
    ...{ classes, normalization, invert, transpose, layout, tensor, scores },
    size: ofSize && { rows: ofSize.rows, columns: ofSize.columns },
    order: names && said('the classes of --order', () => orderOf(classes, names)),
    options: {
      normalize,
      ...(layout ? { layout } : {}),
      ...(invert ? { invert } : {}),
      ...(transpose ? { transpose } : {}),
      ...(tensor ? { tensor } : {}),
      ...(scores ? { scores } : {}),
    },
  };
}

function usage(option: string, error: unknown): unknown {
  return error instanceof RangeError ? new UsageError(`${option} ${error.message}`) : error;
}
