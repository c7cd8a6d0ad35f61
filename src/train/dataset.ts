/** Loads a labelled stream into shared memory, as raw bytes and class indices, checked to the last image before training starts. */

import { OperationalError } from '../core/errors.js';
import type { Annotation } from '../idx/annotation.js';
import {
  type ClassList,
  classConflict,
  classesOf,
  indexOfLabel,
  numberedClasses,
} from '../idx/classes.js';
import type { ImageShape } from '../idx/items.js';
import {
  describeNormalization,
  type Normalization,
  sameNormalization,
} from '../idx/normalization.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { normalizationOfSet, rawBatches } from '../image/raw-pixels.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { TrainingImages } from '../step/plan.js';
import { sharedBytes } from '../step/shared-memory.js';

/** A labelled set in shared memory. */
export interface LoadedDataset extends TrainingImages {
  readonly source: string;
  readonly rows: number;
  readonly columns: number;
  readonly classes: ClassList;
  readonly annotation: Annotation | undefined;
  /** Normalisation of a normalised stream, whose pixels are held as raw bytes all the same; undefined for a raw one. */
  readonly streamNormalization: Normalization | undefined;
  /** Digest of the whole decompressed stream that this was read from. */
  readonly digest: { readonly sha256: string; readonly bytes: number };
}

/** Training set that a validation set must agree with: size of image, classes, normalisation. */
export interface TrainingSet extends Pick<LoadedDataset, 'rows' | 'columns' | 'classes'> {
  readonly normalization: Normalization;
}

/**
 * Loads a whole set; the reader must keep a hash. Its classes are those of `trainedOn`, where given;
 * else the annotation's, else 0 to the largest label. Throws OperationalError for a set that cannot be trained on.
 */
export async function loadDataset(
  reader: ByteReader,
  trainedOn?: TrainingSet,
): Promise<LoadedDataset> {
  const set = await openSet(reader, { labels: 'required' });
  const { source, annotation } = set;
  const { count, rows, columns } = set.images;
  if (count === 0) throw new OperationalError(source, 'holds no images; at least one was expected');
  const streamNormalization = normalizationOfSet(set);
  if (trainedOn) checkAlike(set, streamNormalization, trainedOn);
  const labels = set.labels!;
  const largest = () => labels.reduce((a, b) => Math.max(a, b), 0);
  const classes = trainedOn?.classes ?? classesOf(annotation) ?? numberedClasses(largest());
  const classIndices = indexLabels(source, labels, classes);
  const pixels = allocatePixels(source, set.images);
  for await (const batch of rawBatches(set)) pixels.set(batch.pixels, batch.start * rows * columns);
  const digest = { sha256: reader.digest(), bytes: reader.offset };
  return {
    source,
    count,
    rows,
    columns,
    pixels,
    classIndices,
    classes,
    annotation,
    streamNormalization,
    digest,
  };
}

function checkAlike(
  { source, images, annotation }: LabelledSet,
  streamNormalization: Normalization | undefined,
  trainedOn: TrainingSet,
): void {
  const size = ({ rows, columns }: { readonly rows: number; readonly columns: number }) =>
    `${rows} × ${columns}`;
  if (size(images) !== size(trainedOn))
    throw new OperationalError(
      source,
      `its images are ${size(images)} pixels; ${size(trainedOn)}, as those to train on, were expected`,
    );
  // Raw bytes are always fine: the model normalises by itself.
  if (streamNormalization && !sameNormalization(streamNormalization, trainedOn.normalization))
    throw new OperationalError(
      source,
      `is normalised by ${describeNormalization(streamNormalization)}; raw pixels, or ${describeNormalization(trainedOn.normalization)} as in training, were expected`,
    );
  const conflict = classConflict(classesOf(annotation), trainedOn.classes);
  if (conflict)
    throw new OperationalError(
      source,
      `calls label ${conflict.label} '${conflict.theirs}', the training set calls it '${conflict.ours}'; the same classes were expected`,
    );
}

/** Allocates shared memory for all pixels that the header announces. */
function allocatePixels(source: string, { count, rows, columns }: ImageShape): Uint8Array {
  try {
    return sharedBytes(count * rows * columns);
  } catch (error) {
    throw new OperationalError(
      source,
      `its ${count} images of ${rows} × ${columns} pixels do not fit into memory; training holds them all at once`,
      { cause: error },
    );
  }
}

function indexLabels(source: string, labels: Uint8Array, classes: ClassList): Uint8Array {
  const table = indexOfLabel(classes);
  const indices = sharedBytes(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const index = table[labels[i]!]!;
    if (index < 0)
      throw new OperationalError(
        source,
        `image ${i} has label ${labels[i]}, which is none of the ${classes.names.length} classes (labels ${classes.labels[0]} to ${classes.labels.at(-1)})`,
      );
    indices[i] = index;
  }
  return indices;
}
