/** Parquet files of Hugging Face data sets: a column of pictures ({bytes, path} or bytes), a column of labels, and the names of the classes in the file's metadata. */

import { displayName, OperationalError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { Annotation } from '../idx/annotation.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { FileOptions } from './file-options.js';
import { type EncodedPicture, openPictures } from './picture-reader.js';
import { readWhole } from './read-whole.js';
import type { ImageSource } from './source.js';

const imageColumns = ['image', 'img', 'picture'];
const labelColumns = ['label', 'labels', 'fine_label', 'target', 'class'];

/** Opens a file; its directory stands at the end, so it is held in memory, and its rows are decoded a few at a time. */
export async function openParquet(reader: ByteReader, options: FileOptions): Promise<ImageSource> {
  const source = displayName(reader.source);
  const bytes = await readWhole(reader);
  const { parquetMetadata, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const metadata = await sound(source, async () => parquetMetadata(file));
  const names = metadata.schema.flatMap(({ name }) => name);
  const image = imageColumns.find((name) => names.includes(name));
  const label = labelColumns.find((name) => names.includes(name));
  if (image === undefined)
    throw new OperationalError(
      source,
      `has the columns ${metadata.schema
        .slice(1)
        .map(({ name }) => name)
        .join(', ')}; one of pictures, named ${imageColumns.join(', ')}, was expected`,
    );
  const total = Number(metadata.num_rows);
  async function* rows(): AsyncGenerator<EncodedPicture> {
    const step = 256;
    for (let rowStart = 0; rowStart < total; rowStart += step) {
      const rowEnd = Math.min(total, rowStart + step);
      const columns = label === undefined ? [image!] : [image!, label];
      const found = await sound(source, () =>
        // As text, the bytes of a picture would be destroyed.
        parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors, utf8: false }),
      );
      for (const [i, row] of found.entries()) {
        const path = `${source}: row ${rowStart + i}`;
        yield {
          path,
          label: label === undefined ? undefined : labelOf(row[label], path),
          bytes: pictureOf(row[image!], path),
        };
      }
    }
  }
  return openPictures(reader.source, annotationOf(metadata, label), rows(), options);
}

async function sound<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new OperationalError(source, `is no sound Parquet file (${(error as Error).message})`, {
      cause: error,
    });
  }
}

function pictureOf(value: unknown, path: string): Buffer {
  const bytes = isObject(value) && 'bytes' in value ? value.bytes : value;
  if (bytes instanceof Uint8Array) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  throw new OperationalError(
    path,
    'has no bytes of a picture; a picture file in the row was expected (one that is only named is not read)',
  );
}

/** Whole numbers come as BigInt where they have 64 bits. */
function labelOf(value: unknown, path: string): number {
  const label = typeof value === 'bigint' ? Number(value) : value;
  if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label <= 255)
    return label;
  throw new OperationalError(
    path,
    `has the label ${String(value)}; a whole number from 0 to 255 was expected`,
  );
}

/** Names of the classes, which stand as JSON under `huggingface`. */
function annotationOf(
  { key_value_metadata: pairs = [] }: { key_value_metadata?: { key: string; value?: string }[] },
  label: string | undefined,
): Annotation | undefined {
  const text = pairs.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined || label === undefined) return undefined;
  let names: unknown;
  try {
    names = JSON.parse(text)?.info?.features?.[label]?.names;
  } catch {
    return undefined;
  }
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return undefined;
  return { fmnist: 1, history: [], classes: names as string[] };
}
