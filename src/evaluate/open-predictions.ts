/** Operands of an evaluation: a model and a stream, or prediction records, distinguished by their contents. */

import { info } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, UsageError } from '../core/errors.js';
import type { PredictorOptions } from '../engine/open-predictor.js';
import type { Predictor } from '../engine/predictor.js';
import { readHeader } from '../idx/header.js';
import type { ByteReader } from '../io/byte-reader.js';
import { contentKind } from '../io/content.js';
import { openInput } from '../io/input.js';
import type { LabelledPredictions } from './predictions.js';

/** Options of a predictor, and the batch size. */
export interface PredictionOptions extends PredictorOptions {
  /** Images of a batch. */
  readonly batch: number;
}

/** Labelled predictions, and the resources to close after them. */
export interface OpenedPredictions {
  readonly predictions: LabelledPredictions;
  close(): Promise<void>;
}

/** Default model: `$FMNIST_MODEL`, or the one that `make all` builds. */
export function defaultModel({ env }: Pick<CommandIo, 'env'>): string {
  return env.FMNIST_MODEL || 'build/model.onnx';
}

/**
 * Opens `[MODEL] [FILE]`: two operands are a model and a labelled stream. One operand is a model (the stream is standard
 * input, or at a terminal the cached test split), prediction records, or a stream for the default model, by its
 * contents. Without operands standard input is read in the same way; at a terminal the default model predicts the cached
 * test split. Throws UsageError where the operands do not go together, OperationalError where one cannot be opened.
 */
export async function openPredictions(
  io: CommandIo,
  [first, second]: readonly string[],
  options: PredictionOptions,
): Promise<OpenedPredictions> {
  if (first !== undefined && second !== undefined) {
    const reader = await openInput(io, second);
    if ((await contentKind(reader)) === 'ndjson')
      throw new UsageError(
        `'${second}' holds records, which need no model; a labelled stream was expected`,
      );
    return onModel(io, first, reader, options);
  }
  if (first === undefined && io.stdinIsTerminal) return onModel(io, undefined, undefined, options);
  const reader = await openInput(io, first ?? '-');
  switch (await contentKind(reader)) {
    case 'ndjson': {
      const { openRecordedPredictions } = await import('./recorded-predictions.js');
      return { predictions: await openRecordedPredictions(reader), close: () => reader.close() };
    }
    case 'onnx': {
      if (first === undefined || first === '-')
        throw new OperationalError(
          '-',
          'holds a model; a labelled stream or prediction records were expected (a model is named, not piped in)',
        );
      await reader.close();
      const stream = io.stdinIsTerminal ? undefined : await openInput(io, '-');
      return onModel(io, first, stream, options);
    }
    case 'empty':
      throw new OperationalError(
        reader.source,
        'is empty; a labelled stream, prediction records or a model was expected',
      );
    case 'unknown':
      // Throws an error that names the format found.
      await readHeader(reader);
      break;
  }
  return onModel(io, undefined, reader, options);
}

async function onModel(
  io: CommandIo,
  model: string | undefined,
  reader: ByteReader | undefined,
  options: PredictionOptions,
): Promise<OpenedPredictions> {
  const path = model ?? defaultModel(io);
  const stream = reader ?? (await openTestSplit(io));
  if (model === undefined) info(io, `the model is ${path}`);
  const predictor = await openNamed(io, path, model === undefined, options);
  const { openModelPredictions } = await import('./model-predictions.js');
  try {
    const predictions = await openModelPredictions(predictor, stream, options.batch);
    return { predictions, close: () => predictor.close() };
  } catch (error) {
    await predictor.close();
    throw error;
  }
}

async function openNamed(
  io: CommandIo,
  path: string,
  isDefault: boolean,
  options: PredictorOptions,
): Promise<Predictor> {
  const { openPredictor } = await import('../engine/open-predictor.js');
  const { openModelFile } = await import('../model/model.js');
  try {
    return await openPredictor(io, await openModelFile(path), options);
  } catch (error) {
    if (!isDefault || !(error instanceof OperationalError)) throw error;
    throw new OperationalError(
      path,
      `${error.message.slice(path.length + 2)}; name a model, set FMNIST_MODEL, or let 'make all' train one`,
      {
        cause: error,
      },
    );
  }
}

/** Opens the cached test split, and names it on standard error. */
export async function openTestSplit(io: CommandIo): Promise<ByteReader> {
  const { openCachedSplit } = await import('../datasets/default-split.js');
  const reader = await openCachedSplit(io, 'test');
  info(io, `the images are ${reader.source}`);
  return reader;
}
