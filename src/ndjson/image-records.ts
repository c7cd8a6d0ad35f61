/** The records of images, for programs that speak JSON (see fmnist-records(5)). */

import type { Annotation } from '../idx/annotation.js';
import type { AnyRecord } from './records.js';

/** One image of raw pixels. */
export interface ImageRecord extends AnyRecord {
  readonly type: 'image';
  /** Position in the stream, from 0. */
  readonly index: number;
  /** The label value, where the stream has labels. */
  readonly label?: number;
  readonly rows: number;
  readonly columns: number;
  /** rows × columns whole numbers from 0 to 255, in row-major order. */
  readonly pixels: readonly number[];
}

/** Annotation of the images that follow: the annotation of the stream they stood in. */
export interface AnnotationRecord extends AnyRecord {
  readonly type: 'annotation';
  readonly annotation: Annotation;
}
