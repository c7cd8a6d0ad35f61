/** Operands of a comparison: two files of predictions, or two models and a stream, distinguished by their contents. */

import type { CommandIo } from '../core/environment.js';
import { OperationalError, UsageError } from '../core/errors.js';
import { openPredictor } from '../engine/open-predictor.js';
import type { ByteReader } from '../io/byte-reader.js';
import { contentKind } from '../io/content.js';
import { openInput } from '../io/input.js';
import { openModelFile } from '../model/model.js';
import type { PairedPredictions } from './comparison/paired-predictions.js';
import { openTestSplit, type PredictionOptions } from './open-predictions.js';

/** Paired predictions, and the files to close after them. */
export interface OpenedPairedPredictions {
  readonly pairs: PairedPredictions;
  close(): Promise<void>;
}

interface Operand {
  readonly name: string;
  readonly reader: ByteReader;
  readonly kind: 'predictions' | 'model';
}

/**
 * Opens `OLD NEW [FILE]`; models without FILE read standard input, or at a terminal the cached test split. Throws
 * UsageError where the operands do not go together, OperationalError where one cannot be opened.
 */
export async function openPairedPredictions(
  io: CommandIo,
  [oldName = '', newName = '', file]: readonly string[],
  options: PredictionOptions,
): Promise<OpenedPairedPredictions> {
  if (oldName === '-' && newName === '-')
    throw new UsageError('OLD and NEW cannot both come from standard input');
  const old = await openOperand(io, oldName);
  const fresh = await openOperand(io, newName);
  if (old.kind !== fresh.kind)
    throw new UsageError(
      `'${oldName}' holds ${wordsOf(old)} and '${newName}' ${wordsOf(fresh)}; two of a kind were expected`,
    );
  if (old.kind === 'predictions') {
    if (file !== undefined)
      throw new UsageError(`predictions need no images; '${file}' is one operand too many`);
    const { openPairedRecordedPredictions } = await import(
      './comparison/paired-recorded-predictions.js'
    );
    const pairs = await openPairedRecordedPredictions(old.reader, fresh.reader);
    return { pairs, close: () => closeAll([old.reader, fresh.reader]) };
  }
  await closeAll([old.reader, fresh.reader]);
  const stream =
    file === undefined && io.stdinIsTerminal
      ? await openTestSplit(io)
      : await openInput(io, file ?? '-');
  const opened = [await openPredictor(io, await openModelFile(oldName), options)];
  try {
    opened.push(await openPredictor(io, await openModelFile(newName), options));
    const [a, b] = opened as [(typeof opened)[0], (typeof opened)[0]];
    const { openPairedModelPredictions } = await import('./paired-model-predictions.js');
    const pairs = await openPairedModelPredictions(
      { source: oldName, predictor: a },
      { source: newName, predictor: b },
      stream,
      options.batch,
    );
    return { pairs, close: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function openOperand(io: CommandIo, name: string): Promise<Operand> {
  const reader = await openInput(io, name);
  const kind = await contentKind(reader);
  if (kind === 'ndjson') return { name, reader, kind: 'predictions' };
  if (kind !== 'onnx')
    throw new OperationalError(
      name,
      kind === 'empty'
        ? 'is empty; a model or predictions were expected'
        : kind === 'idx'
          ? 'holds images; a model or predictions were expected (images come third)'
          : 'is neither a model nor predictions',
    );
  if (name === '-')
    throw new OperationalError(name, 'holds a model; a model is named, not piped in');
  return { name, reader, kind: 'model' };
}

const wordsOf = ({ kind }: Operand) => (kind === 'model' ? 'a model' : 'predictions');

async function closeAll(list: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const each of list) await each.close();
}
