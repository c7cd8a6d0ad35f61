/** NumPy's .npz (a zip of .npy files) and .npy. Archives are read by their central directory: NumPy's local headers hold no sizes. */

import { displayName, OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { arraySource, type NamedArray, placeOf } from './array-source.js';
import type { FileOptions } from './file-options.js';
import { decodeNpy } from './npy.js';
import { readWhole } from './read-whole.js';
import type { ImageSource } from './source.js';
import { chooseSplit } from './splits.js';

/** Images of a single .npy file, without labels. */
export async function openNpy(reader: ByteReader, { size }: FileOptions): Promise<ImageSource> {
  const where = displayName(reader.source);
  const array = decodeNpy(await readWhole(reader), where);
  return arraySource(reader.source, { name: '', array }, undefined, size);
}

/** Images and labels of a split of an .npz archive. */
export async function openNpz(
  reader: ByteReader,
  { size, split }: FileOptions,
): Promise<ImageSource> {
  const source = displayName(reader.source);
  const entries = await openZip(await readWhole(reader), source);
  const arrays = [...entries.keys()].filter((name) => name.endsWith('.npy'));
  const names = arrays.map((name) => name.slice(0, -4));
  const chosen = chooseSplit(names, split, source);
  const named = async (name: string): Promise<NamedArray> => ({
    name,
    array: decodeNpy(await entries.get(`${name}.npy`)!(), placeOf(source, name)),
  });
  const images = await named(chosen.images);
  const labels = chosen.labels === undefined ? undefined : await named(chosen.labels);
  return arraySource(reader.source, images, labels, size);
}

/** Entries of a zip archive by name, each to be read when it is wanted. */
async function openZip(bytes: Buffer, source: string): Promise<Map<string, () => Promise<Buffer>>> {
  const { default: yauzl } = await import('yauzl');
  return new Promise((resolve, reject) => {
    const fault = (error: Error) =>
      new OperationalError(source, `is no sound zip archive (${error.message})`, { cause: error });
    const unsound = (error: Error) => reject(fault(error));
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return unsound(error);
      const entries = new Map<string, () => Promise<Buffer>>();
      zip.on('error', unsound);
      zip.on('entry', (entry) => {
        entries.set(
          entry.fileName,
          () =>
            new Promise((done, failed) =>
              zip.openReadStream(entry, (refusal, stream) => {
                if (refusal) return failed(fault(refusal));
                const chunks: Buffer[] = [];
                stream.on('data', (chunk: Buffer) => chunks.push(chunk));
                stream.on('error', (error: Error) => failed(fault(error)));
                stream.on('end', () => done(Buffer.concat(chunks)));
              }),
            ),
        );
        zip.readEntry();
      });
      zip.on('end', () => resolve(entries));
      zip.readEntry();
    });
  });
}
