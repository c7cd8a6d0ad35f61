/** Options of readers of whole data sets. */

import type { ClassList } from '../idx/classes.js';
import type { PictureOptions } from './picture-decoder.js';

export interface FileOptions extends PictureOptions {
  /** Split of a file that has several: `train`, `test`, … */
  readonly split?: string | undefined;
  /** Classes by whose names labels may be told. */
  readonly classes?: ClassList | undefined;
}
