/** fmnist-norm: normalises raw pixels and inverts it, with the normalisation kept in the stream's annotation. */

import { createHash } from 'node:crypto';
import { type Arguments, defineCommand } from '../cli/command.js';
import { info } from '../cli/messages.js';
import { bareOption, outputOption } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError, withSource } from '../core/errors.js';
import { version } from '../core/version.js';
import { annotate, type HistoryRecord } from '../idx/annotation.js';
import {
  describeNormalization,
  type Normalization,
  normalizationFault,
  sameNormalization,
} from '../idx/normalization.js';
import { openRereadable } from '../idx/reread.js';
import { type ImageBatch, type LabelledSet, openSet } from '../idx/set-reader.js';
import { SetWriter } from '../idx/set-writer.js';
import { openNormalizationFitter } from '../image/normalization-fit.js';
import { normalEncoder, rawBytes } from '../image/normalize.js';
import type { ByteSink } from '../io/byte-sink.js';
import { canReopen, openInput, readSmallFile } from '../io/input.js';
import { reusableBytes, withOutput } from '../io/output.js';
import { parseRecord } from '../ndjson/decode.js';
import { encodeRecord } from '../ndjson/encode.js';
import { normalizationOfRecord, normalizationRecord } from '../ndjson/normalization-record.js';

const options = {
  fit: { type: 'flag', describe: 'learn the normalisation from the input, then apply it' },
  kind: {
    type: 'choice',
    choices: ['standardize', 'scale'],
    describe: 'learn mean 0 and deviation 1 (default), or least value 0 and greatest 1',
  },
  per: {
    type: 'choice',
    choices: ['dataset', 'pixel'],
    describe: 'learn one normalisation for all pixels (default), or one for each',
  },
  params: { type: 'file', placeholder: 'FILE', describe: 'apply the normalisation in FILE' },
  inverse: { type: 'flag', describe: 'bring normalised pixels back to the exact raw bytes' },
  'out-params': {
    type: 'file',
    placeholder: 'FILE',
    describe: 'save the normalisation that was used to FILE',
  },
  bare: bareOption,
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'norm',
    summary: 'normalise pixels, and record that in the annotation',
    operands: '[FILE]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-norm --fit --out-params norm.ndjson train.idx > train-norm.idx',
        describe: 'learn mean and deviation of the training pixels, save them, and apply them',
      },
      {
        command: 'fmnist-norm --params norm.ndjson test.idx > test-norm.idx',
        describe: 'the same normalisation on the test images',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main(args: Args, io: CommandIo): Promise<number> {
  const { fit, params, inverse, kind, per } = args.options;
  if (fit && (params !== undefined || inverse))
    throw new UsageError('--fit learns a normalisation; it takes neither --params nor --inverse');
  if (!fit && params === undefined && !inverse)
    throw new UsageError('give --fit, --params FILE or --inverse');
  if (params === '-' && (args.operands[0] ?? '-') === '-')
    throw new UsageError('parameters and images cannot both come from standard input');
  if (inverse && (kind ?? per)) throw new UsageError('--kind and --per do not go with --inverse');
  const plan = await (fit
    ? planFit(args, io)
    : inverse
      ? planInverse(args, io)
      : planApply(args, io));
  await withOutput(io, args.options.output, (sink) =>
    saveParams(plan, args, io, () => convert(plan, args, sink)),
  );
  const words = describeNormalization(plan.normalization);
  info(io, `${plan.set.images.count} images, ${inverse ? 'back from ' : ''}${words}`);
  return exitStatus.fine;
}

/** Inputs of the pass that writes, all of them checked before anything is written. */
interface Plan {
  readonly set: LabelledSet;
  readonly normalization: Normalization;
  readonly direction: 'normalize' | 'invert';
  /** The images, for the pass that writes. */
  readonly batches: () => AsyncGenerator<ImageBatch>;
  readonly record: Pick<HistoryRecord, 'options' | 'read'>;
}

async function planFit({ options, operands }: Args, io: CommandIo): Promise<Plan> {
  const name = operands[0] ?? '-';
  const { kind = 'standardize', per = 'dataset' } = options;
  const reader = await openInput(io, name, { hash: true });
  const reopen = (await canReopen(name)) ? () => openInput(io, name) : undefined;
  const set = await openRereadable(reader, { labels: 'optional' }, reopen);
  refuseNormalized(set);
  const fitter = openNormalizationFitter(kind, per, set.images.rows * set.images.columns);
  for await (const { pixels } of set.batches()) fitter.add(pixels as Uint8Array);
  return {
    set,
    normalization: withSource(set.source, () => fitter.result()),
    direction: 'normalize',
    batches: () => set.again(),
    record: {
      options: { fit: true, kind, per },
      read: [{ sha256: reader.digest(), bytes: reader.offset }],
    },
  };
}

async function planApply(args: Args, io: CommandIo): Promise<Plan> {
  const set = await openSet(await openInput(io, args.operands[0] ?? '-'), { labels: 'optional' });
  refuseNormalized(set);
  const { normalization, read } = await readParams(args.options.params!, set, args, io);
  const { kind, per } = normalization;
  const record = { options: { kind, per }, read: [read] };
  return { set, normalization, direction: 'normalize', batches: () => set.batches(), record };
}

async function planInverse(args: Args, io: CommandIo): Promise<Plan> {
  const { params } = args.options;
  const set = await openSet(await openInput(io, args.operands[0] ?? '-'), { labels: 'optional' });
  if (set.images.type === 'u8')
    throw new OperationalError(set.source, 'holds raw pixels; normalised ones were expected');
  const said = saidNormalization(set);
  const given = params === undefined ? undefined : await readParams(params, set, args, io);
  const normalization = said ?? given?.normalization;
  if (!normalization)
    throw new OperationalError(
      set.source,
      'has no annotation that says how its pixels were normalised; --params can say it',
    );
  if (given && !sameNormalization(given.normalization, normalization))
    throw new OperationalError(
      params!,
      `holds ${describeNormalization(given.normalization)}, but the stream says ${describeNormalization(normalization)}`,
    );
  const record = { options: { inverse: true }, ...(given ? { read: [given.read] } : {}) };
  return { set, normalization, direction: 'invert', batches: () => set.batches(), record };
}

function refuseNormalized(set: LabelledSet): void {
  const { normalization } = set.annotation ?? {};
  if (set.images.type === 'u8' && !normalization) return;
  const how = normalization ? ` (${describeNormalization(normalization)})` : '';
  throw new OperationalError(
    set.source,
    `is normalised already${how}; raw pixels of type u8 were expected`,
  );
}

function saidNormalization({ annotation, images, source }: LabelledSet): Normalization | undefined {
  const said = annotation?.normalization;
  const fault = said && normalizationFault(said, images.rows * images.columns);
  if (fault) throw new OperationalError(source, `the annotation's normalization: ${fault}`);
  return said;
}

async function readParams(name: string, set: LabelledSet, { options }: Args, io: CommandIo) {
  const bytes = await readSmallFile(io, name);
  const records = bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [parseRecord(line, name, i + 1)]));
  const normalization = withSource(name, () => normalizationOfRecord(records, set.images, options));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { normalization, read: { sha256, bytes: bytes.length } };
}

async function saveParams(
  { normalization, set }: Plan,
  { options }: Args,
  io: CommandIo,
  body: () => Promise<void>,
): Promise<void> {
  if (options['out-params'] === undefined) return body();
  await withOutput(io, options['out-params'], async (sink) => {
    await sink.write(encodeRecord(normalizationRecord(normalization, set.images)));
    await body();
  });
}

async function convert(plan: Plan, { options }: Args, sink: ByteSink): Promise<void> {
  const { set, normalization, direction } = plan;
  const forward = direction === 'normalize';
  const writer = await SetWriter.open(sink, {
    annotation: options.bare ? undefined : annotationOf(plan),
    labels: set.labels,
    images: { ...set.images, type: forward ? 'f32' : 'u8' },
  });
  const size = set.images.rows * set.images.columns;
  if (forward) await writeNormalized(plan, writer, size);
  else
    for await (const { pixels, start } of plan.batches())
      await writer.write(
        withSource(set.source, () => rawBytes(pixels as Float32Array, normalization, size, start)),
      );
  writer.finish();
}

async function writeNormalized(plan: Plan, writer: SetWriter, size: number): Promise<void> {
  const encode = normalEncoder(plan.normalization, size);
  let out = new Uint32Array(0);
  for await (const { pixels } of plan.batches()) {
    if (out.length < pixels.length) out = new Uint32Array(pixels.length);
    encode(pixels as Uint8Array, out);
    const bytes = Buffer.from(out.buffer, 0, 4 * pixels.length);
    await writer.writeBytes(bytes.length < reusableBytes ? Buffer.from(bytes) : bytes);
  }
}

function annotationOf({ set, normalization, direction, record }: Plan) {
  const history = { program: 'fmnist-norm', version: version(), ...record };
  if (direction === 'normalize') return annotate(set.annotation, history, { normalization });
  const { normalization: _, ...raw } = set.annotation ?? annotate(undefined, history);
  return annotate(set.annotation ? raw : undefined, history);
}
