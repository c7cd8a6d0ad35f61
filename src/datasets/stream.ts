/** Cached files as IDX items, and as one labelled set. */

import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { OperationalError, systemReason } from '../core/errors.js';
import { version } from '../core/version.js';
import { type Annotation, annotate, encodeAnnotation } from '../idx/annotation.js';
import { type ClassList, classFields, indexOfLabel, numberedClasses } from '../idx/classes.js';
import { encodeHeader } from '../idx/header.js';
import type { CachedFile } from './cache.js';
import type { Dataset, Kind, SplitName } from './datasets.js';

export type Split = SplitName | 'all';

/** The parts that make up a split, in order. */
export function partsOf(split: Split): readonly SplitName[] {
  return split === 'all' ? ['train', 'test'] : [split];
}

/** The files of one part. */
export type PartFiles = Readonly<Record<Kind, CachedFile>>;

/** The labelled stream of a split: annotation (unless `bare`), labels, images, in pieces of up to 1 MiB. */
export async function* splitBytes(
  dataset: Dataset,
  split: Split,
  parts: readonly PartFiles[],
  bare = false,
): AsyncGenerator<Buffer> {
  const annotation = await describe(dataset, split, parts);
  if (!bare) yield encodeAnnotation(annotation);
  yield* itemBytes(parts.map(({ labels }) => labels));
  yield* itemBytes(parts.map(({ images }) => images));
}

/** Files of one kind as a single item. */
export async function* itemBytes(files: readonly CachedFile[]): AsyncGenerator<Buffer> {
  const shapes = await Promise.all(files.map(shapeOf));
  const [, ...inner] = shapes[0] as readonly number[];
  for (const [i, [, ...other]] of shapes.entries()) {
    if (other.join() !== inner.join())
      throw new OperationalError(
        files[i]!.path,
        `has images of ${other.join(' × ')} pixels; ${inner.join(' × ')}, as in the part before, was expected`,
      );
  }
  const count = shapes.reduce((sum, [n = 0]) => sum + n, 0);
  yield encodeHeader('u8', [count, ...inner]);
  for (const { path } of files)
    yield* createReadStream(path, { start: 8 + 4 * inner.length, highWaterMark: 1 << 20 });
}

/** The annotation of a split, once labels and images fit together and every label is a class of the set. */
async function describe(
  dataset: Dataset,
  split: Split,
  parts: readonly PartFiles[],
): Promise<Annotation> {
  const labels = new Uint8Array(Buffer.concat(await Promise.all(parts.map(labelsOf))));
  const classes = dataset.classes ?? numberedClasses(labels.reduce((a, b) => Math.max(a, b), 0));
  checkLabels(dataset.name, labels, classes);
  const read = parts
    .flatMap((part) => [part.labels, part.images])
    .map(({ sha256, bytes }) => ({ sha256, bytes }));
  const record = { program: 'fmnist-fetch', version: version(), options: { split }, read };
  const what = { dataset: dataset.name, split, ...classFields(classes) };
  return annotate(undefined, record, what);
}

async function labelsOf({ labels, images }: PartFiles): Promise<Buffer> {
  const values = (await named(labels.path, readFile(labels.path))).subarray(8);
  const [count] = await shapeOf(images);
  if (values.length !== count)
    throw new OperationalError(
      labels.path,
      `has ${values.length} labels for the ${count} images of ${images.path}; one label an image was expected`,
    );
  return values;
}

/** The sizes in the header of a file, which was checked before it came to the cache. */
async function shapeOf({ path, file }: CachedFile): Promise<number[]> {
  const rank = file.kind === 'images' ? 3 : 1;
  const header = Buffer.alloc(4 + 4 * rank);
  const handle = await named(path, open(path));
  try {
    await named(path, handle.read(header, 0, header.length, 0));
  } finally {
    await handle.close();
  }
  return Array.from({ length: rank }, (_, i) => header.readUInt32BE(4 + 4 * i));
}

function checkLabels(dataset: string, labels: Uint8Array, classes: ClassList): void {
  const index = indexOfLabel(classes);
  const at = labels.findIndex((label) => index[label]! < 0);
  if (at < 0) return;
  const [first, last] = [classes.labels[0], classes.labels.at(-1)];
  throw new OperationalError(
    dataset,
    `label ${labels[at]} of image ${at} is none of its classes; ${first} to ${last} were expected`,
  );
}

async function named<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error) => {
    throw new OperationalError(path, systemReason(error), { cause: error });
  });
}
