/** Writing a set in the format that was asked for. */

import { TroubleError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { encodeHeader } from '../idx/header.js';
import { SetWriter } from '../idx/set-writer.js';
import { type ByteSink, refuseTerminal, withOutput } from '../io/output.js';
import { CsvWriter } from './csv-writer.js';
import { FolderWriter } from './folder-writer.js';
import { NdjsonWriter } from './ndjson-writer.js';
import type { OutputPlan } from './output-plan.js';
import { loadPictureEncoder, type PictureFormat } from './picture-encoder.js';
import type { ImageWriter, OutputBlock, OutputSet } from './writer.js';

/** Writes the set; `source` is for messages. Blocks are not asked for where only labels are wanted. */
export async function writeSet(
  io: CommandIo,
  plan: OutputPlan,
  set: OutputSet,
  blocks: AsyncIterable<OutputBlock>,
  source: string,
): Promise<void> {
  const { format, folder, output } = plan;
  if (format !== 'idx' && format !== 'images' && format !== 'labels') checkRaw(set, format, source);
  if (folder !== undefined) {
    const encoder = await loadPictureEncoder(format as PictureFormat);
    const writer = await FolderWriter.open(folder, set, encoder);
    await pour(blocks, writer).catch(async (error) => {
      await writer.abort();
      throw error;
    });
    return;
  }
  await withOutput(io, output, async (sink) => {
    if (format === 'labels') await writeLabels(sink, set, source);
    else await pour(blocks, await openWriter(sink, plan, set, source));
  });
}

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
  refuseTerminal(sink);
  const writer = await SetWriter.open(sink, set);
  return {
    write: ({ bytes }) => writer.writeBytes(bytes),
    finish: async () => writer.finish(),
  };
}

async function writeLabels(sink: ByteSink, { labels }: OutputSet, source: string): Promise<void> {
  if (!labels) throw new TroubleError(source, 'has no labels; --labels wants them');
  refuseTerminal(sink);
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
    throw new TroubleError(
      source,
      `${images.count} images; --format ${format} writes one (--from and --to choose, --to-folder writes many)`,
    );
  refuseTerminal(sink);
  const encoder = await loadPictureEncoder(format);
  return {
    write: async ({ bytes }) => sink.write(await encoder.encode({ ...images, pixels: bytes })),
    finish: async () => {},
  };
}

/** Only bytes can be told from numbers in CSV or in a picture without knowing how they were normalised. */
function checkRaw({ images }: OutputSet, format: string, source: string): void {
  if (images.type !== 'u8')
    throw new TroubleError(
      source,
      `pixels of type ${images.type}; ${format} holds raw pixels, u8 (fmnist-norm --inverse brings them back)`,
    );
}
