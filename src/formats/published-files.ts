/** The four files in which MNIST and its kin are published, which every reader of them takes. */

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { info } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, UsageError } from '../core/errors.js';
import { encodeHeader } from '../idx/header.js';
import { NewFolder, namingTrouble } from '../io/new-folder.js';
import { type Collection, openCollection } from './collection.js';

/**
 * Writes train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte to a new
 * folder, whole or not at all: bytes alone, without annotation. OperationalError for a set without labels, or normalised.
 */
export async function writePublished(
  io: CommandIo,
  name: string,
  operands: readonly string[],
): Promise<void> {
  const [train, test] = operands;
  if (train === undefined || test === undefined || operands.length > 2)
    throw new UsageError('--published is of two operands: the training images and the test images');
  const folder = await NewFolder.create(name);
  try {
    for (const [stem, operand] of [
      ['train', train],
      ['t10k', test],
    ] as const) {
      const collection = await openCollection(io, [operand], {
        format: undefined,
        background: 0,
        reach: Infinity,
      });
      try {
        await writeSet(collection, folder, stem, operand);
      } finally {
        await collection.close();
      }
    }
    await folder.finish();
  } catch (error) {
    await folder.abort();
    throw error;
  }
  info(io, `four files written to ${name}: no annotation, no class names`);
}

async function writeSet(
  { images, labels, pick }: Collection,
  folder: NewFolder,
  stem: string,
  source: string,
): Promise<void> {
  if (!labels)
    throw new OperationalError(source, 'has no labels; published files have one an image');
  if (images.type !== 'u8')
    throw new OperationalError(
      source,
      'holds normalised pixels; published files have raw ones (fmnist-norm --inverse)',
    );
  const { count, rows, columns } = images;
  async function* pixels() {
    yield encodeHeader('u8', [count, rows, columns]);
    for await (const { bytes } of pick(undefined)) yield bytes;
  }
  const write = (file: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) =>
    namingTrouble(folder.name, () =>
      pipeline(chunks, createWriteStream(join(folder.path, `${stem}-${file}-ubyte`))),
    );
  await write('images-idx3', pixels());
  await write('labels-idx1', [encodeHeader('u8', [count]), labels]);
}
