/** Writing a set in the format that was asked for. */

import type { CommandIo } from '../core/environment.js';
import { OperationalError } from '../core/errors.js';
import { encodeHeader } from '../idx/header.js';
import { SetWriter } from '../idx/set-writer.js';
import type { ByteSink } from '../io/byte-sink.js';
import { NewFolder } from '../io/new-folder.js';
import { refuseTerminal, withOutput } from '../io/output.js';
import { CsvWriter } from './csv-writer.js';
import { FolderWriter } from './folder-writer.js';
import { NdjsonWriter } from './ndjson-writer.js';
import type { OutputPlan } from './output-plan.js';
import { loadPictureEncoder, type PictureFormat } from './picture-encoder.js';
import type { ImageWriter, OutputBlock, OutputSet } from './writer.js';

/** Writes the set; `source` is for messages. Blocks are not asked for where only labels are wanted. */
export type WriteSet = (
  set: OutputSet,
  blocks: AsyncIterable<OutputBlock>,
  source: string,
) => Promise<void>;

/**
 * Opens the outputs of the plan before any input is read, so that an output that cannot be
 * written fails at once.
 */
export async function withTarget(
  io: CommandIo,
  plan: OutputPlan,
  body: (write: WriteSet) => Promise<void>,
): Promise<void> {
  if (plan.folder !== undefined) return withFolder(plan.folder, plan, body);
  await withOutput(io, plan.output, (sink) => {
    if (!isText(plan.format)) refuseTerminal(sink);
    return body(async (set, blocks, source) => {
      if (!isIdx(plan.format)) checkRaw(set, plan.format, source);
      if (plan.format === 'labels') await writeLabels(sink, set, source);
      else await pour(blocks, await openWriter(sink, plan, set, source));
    });
  });
}

async function withFolder(
  name: string,
  { format }: OutputPlan,
  body: (write: WriteSet) => Promise<void>,
): Promise<void> {
  const folder = await NewFolder.create(name);
  try {
    await body(async (set, blocks, source) => {
      checkRaw(set, format, source);
      const encoder = await loadPictureEncoder(format as PictureFormat);
      await pour(blocks, await FolderWriter.open(folder, set, encoder));
    });
    await folder.finish();
  } catch (error) {
    await folder.abort();
    throw error;
  }
}

const isText = (format: string) => format === 'csv' || format === 'ndjson';
const isIdx = (format: string) => ['idx', 'images', 'labels'].includes(format);

async function pour(blocks: AsyncIterable<OutputBlock>, writer: ImageWriter): Promise<void> {
  for await (const block of blocks) await writer.write(block);
  await writer.finish();
}

async function openWriter(
  sink: ByteSink,
  { format, header }: OutputPlan,
  set: OutputSet,
  source: string,
): Promise<ImageWriter> {
  const { images, labels, annotation } = set;
  switch (format) {
    case 'csv':
      return CsvWriter.open(sink, { ...images, labelled: labels !== undefined, header });
    case 'ndjson':
      return NdjsonWriter.open(sink, images, annotation);
    case 'png':
    case 'jpeg':
      return openPicture(sink, set, format, source);
    default:
      return openIdx(sink, format === 'images' ? { images } : set);
  }
}

async function openIdx(
  sink: ByteSink,
  set: Pick<OutputSet, 'images'> & Partial<OutputSet>,
): Promise<ImageWriter> {
  const writer = await SetWriter.open(sink, set);
  return {
    write: ({ bytes }) => writer.writeBytes(bytes),
    finish: async () => writer.finish(),
  };
}

async function writeLabels(sink: ByteSink, { labels }: OutputSet, source: string): Promise<void> {
  if (!labels) throw new OperationalError(source, 'has no labels; --labels wants them');
  await sink.write(encodeHeader('u8', [labels.length]));
  await sink.write(labels);
}

/** A stream has room for one picture. */
async function openPicture(
  sink: ByteSink,
  { images }: OutputSet,
  format: PictureFormat,
  source: string,
): Promise<ImageWriter> {
  if (images.count !== 1)
    throw new OperationalError(
      source,
      `${images.count} images; --format ${format} writes one (--from and --to choose, --to-folder writes many)`,
    );
  const encoder = await loadPictureEncoder(format);
  return {
    write: async ({ bytes }) => sink.write(await encoder.encode({ ...images, pixels: bytes })),
    finish: async () => {},
  };
}

/** Only bytes can be told from numbers in CSV or in a picture without knowing how they were normalised. */
function checkRaw({ images }: OutputSet, format: string, source: string): void {
  if (images.type !== 'u8')
    throw new OperationalError(
      source,
      `pixels of type ${images.type}; ${format} holds raw pixels, u8 (fmnist-norm --inverse brings them back)`,
    );
}
