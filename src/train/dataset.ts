/** Loading a labelled stream into shared memory, as raw bytes and class indices, checked to the last image before training starts. */

import { TroubleError } from '../cli/errors.js';
import type { TrainingImages } from '../engine/engine.js';
import { sharedBytes } from '../engine/shared.js';
import type { Annotation } from '../idx/annotation.js';
import { type ClassList, classesOf, indexOfLabel, numberedClasses } from '../idx/classes.js';
import { type ImageBatch, type LabelledSet, openSet } from '../idx/set-reader.js';
import {
  denormalize,
  type Normalization,
  normalizationFault,
  wholePixels,
} from '../image/normalization.js';
import type { ByteReader } from '../io/byte-reader.js';

export interface Dataset extends TrainingImages {
  readonly source: string;
  readonly rows: number;
  readonly columns: number;
  readonly classes: ClassList;
  readonly annotation: Annotation | undefined;
  /** The contract of a normalised stream; its pixels are held as raw bytes all the same. */
  readonly normalization: Normalization | undefined;
  /** Of the whole decompressed stream this was read from. */
  readonly digest: { readonly sha256: string; readonly bytes: number };
}

/**
 * Reads a set whole; the reader must keep a hash. `classes` fixes the class list (of the training set, for a validation set);
 * else the annotation's names, or 0 to the largest label, make it.
 */
export async function loadDataset(reader: ByteReader, classes?: ClassList): Promise<Dataset> {
  const set = await openSet(reader, { labels: 'required' });
  const { count, rows, columns } = set.images;
  if (count === 0) throw new TroubleError(set.source, 'holds no images; at least one was expected');
  const normalization = contractOf(set);
  const labels = set.labels as Uint8Array;
  const list =
    classes ??
    classesOf(set.annotation) ??
    numberedClasses(labels.reduce((a, b) => Math.max(a, b), 0));
  const classIndices = indexLabels(set.source, labels, list);
  const pixels = sharedBytes(count * rows * columns);
  for await (const batch of set.batches())
    pixels.set(rawBytes(set, batch, normalization), batch.start * rows * columns);
  return {
    source: set.source,
    count,
    rows,
    columns,
    pixels,
    classIndices,
    classes: list,
    annotation: set.annotation,
    normalization,
    digest: { sha256: reader.digest(), bytes: reader.offset },
  };
}

/** The normalisation an f32 stream declares; a TroubleError where it declares none, or a faulty one. */
export function contractOf(set: LabelledSet): Normalization | undefined {
  const { type, rows, columns } = set.images;
  const normalization = set.annotation?.normalization;
  if (type === 'u8') {
    if (normalization)
      throw new TroubleError(
        set.source,
        'its images are bytes, yet its annotation says normalised; f32 images were expected',
      );
    return undefined;
  }
  if (!normalization)
    throw new TroubleError(
      set.source,
      'has f32 images but no annotation that says how they were normalised; raw bytes, or the output of fmnist-norm, was expected',
    );
  const fault = normalizationFault(normalization, rows * columns);
  if (fault) throw new TroubleError(set.source, `its annotation's normalization: ${fault}`);
  return normalization;
}

/** A batch as raw bytes; normalised pixels are brought back, and must come back to whole pixels. */
export function rawBytes(
  set: LabelledSet,
  { pixels, start }: ImageBatch,
  normalization: Normalization | undefined,
): Uint8Array {
  if (!normalization) return pixels as Uint8Array;
  const size = set.images.rows * set.images.columns;
  const bytes = wholePixels(denormalize(pixels as Float32Array, normalization, size));
  if (!bytes)
    throw new TroubleError(
      set.source,
      `normalised images from number ${start} on do not come back to whole pixels 0–255; normalising must be the last thing done to them`,
    );
  return bytes;
}

function indexLabels(source: string, labels: Uint8Array, classes: ClassList): Uint8Array {
  const table = indexOfLabel(classes);
  const indices = sharedBytes(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const index = table[labels[i] as number] as number;
    if (index < 0)
      throw new TroubleError(
        source,
        `image ${i} has label ${labels[i]}, which is none of the ${classes.names.length} classes (labels ${classes.labels[0]} to ${classes.labels.at(-1)})`,
      );
    indices[i] = index;
  }
  return indices;
}
