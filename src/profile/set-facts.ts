/**
 * Metadata of a set: size, type, classes and history, read before any pixel; and whether two sets
 * can be joined.
 */

import { shown } from '../core/json.js';
import { present } from '../core/present.js';
import { type ClassList, classesOf, classListFrom } from '../idx/classes.js';
import {
  describeNormalization,
  type Normalization,
  normalizationFault,
} from '../idx/normalization.js';
import type { LabelledSet } from '../idx/set-reader.js';
import { fieldFault } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { wholeOf } from './partial-fields.js';
import type { ProfilerOptions } from './profiler.js';

export const partialVersion = 1;

export interface SetMetadata {
  readonly shape: ProfilerOptions;
  readonly classes?: ClassList;
  readonly dataset?: string;
  readonly split?: string;
  /** Whether the images were generated. */
  readonly synthetic?: boolean;
}

/** The facts of a set that has been opened. */
export function setMetadata({ annotation, images, labels }: LabelledSet): SetMetadata {
  const { normalization, dataset, split, synthetic } = annotation ?? {};
  const classes = classesOf(annotation);
  return {
    shape: {
      pixelType: images.type as 'u8' | 'f32',
      rows: images.rows,
      columns: images.columns,
      labelled: labels !== undefined,
      ...(normalization ? { normalization } : {}),
    },
    ...(classes ? { classes } : {}),
    ...present({ dataset, split }),
    ...(synthetic ? { synthetic } : {}),
  };
}

/**
 * The facts of two sets counted together: what they must share is checked (a RangeError says what differs), and of
 * what they need not share, what is the same is kept. Generated images make the whole synthetic.
 */
export function joinMetadata(a: SetMetadata, b: SetMetadata): SetMetadata {
  const [x, y] = [describe(a), describe(b)];
  for (const [what, said] of Object.entries(y))
    if (said !== x[what]) throw new RangeError(`${what}: ${said}; ${x[what]} was expected`);
  return {
    shape: a.shape,
    ...(a.classes ? { classes: a.classes } : {}),
    ...(a.dataset !== undefined && a.dataset === b.dataset ? { dataset: a.dataset } : {}),
    ...(a.split !== undefined && a.split === b.split ? { split: a.split } : {}),
    ...(a.synthetic || b.synthetic ? { synthetic: true } : {}),
  };
}

function describe({ shape, classes }: SetMetadata): Record<string, string> {
  const { pixelType, rows, columns, labelled, normalization } = shape;
  return {
    pixels: pixelType,
    size: `${rows} × ${columns}`,
    labels: labelled ? 'labels' : 'no labels',
    normalisation:
      pixelType === 'f32' && !normalization ? 'unknown' : describeNormalization(normalization),
    parameters: JSON.stringify([normalization?.mean, normalization?.deviation]),
    classes: classes ? classes.names.map((n, i) => `${classes.labels[i]} ${n}`).join(', ') : 'none',
  };
}

/** Opens a partial result of so many images. */
export function metadataRecord({ shape, ...rest }: SetMetadata, images: number): AnyRecord {
  return { type: 'partial-statistics', version: partialVersion, images, ...shape, ...rest };
}

/** Reads what `factsRecord` wrote; a RangeError says what is wrong with it. */
export function metadataOfRecord(record: AnyRecord): { facts: SetMetadata; images: number } {
  if (record.version !== partialVersion)
    throw new RangeError(
      `is a partial result of version ${record.version === undefined ? 'none' : shown(record.version)}; this program knows version ${partialVersion}`,
    );
  const { pixelType, labelled, dataset, split, synthetic } = record;
  if (pixelType !== 'u8' && pixelType !== 'f32') throw fieldFault(record, 'pixelType', 'u8 or f32');
  if (typeof labelled !== 'boolean') throw fieldFault(record, 'labelled', 'true or false');
  const rows = wholeOf(record, 'rows', 1, 0xffffffff);
  const columns = wholeOf(record, 'columns', 1, 0xffffffff);
  const normalization = record.normalization as Normalization | undefined;
  if (normalization && normalizationFault(normalization, rows * columns))
    throw fieldFault(record, 'normalization', 'a normalisation');
  const facts: SetMetadata = {
    shape: { pixelType, rows, columns, labelled, ...(normalization ? { normalization } : {}) },
    ...(record.classes === undefined ? {} : { classes: classListFrom(record.classes) }),
    ...(typeof dataset === 'string' ? { dataset } : {}),
    ...(typeof split === 'string' ? { split } : {}),
    ...(synthetic === true ? { synthetic } : {}),
  };
  return { facts, images: wholeOf(record, 'images') };
}
