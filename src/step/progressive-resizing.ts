/** Progressive resizing: the first epochs see smaller images, which cost less; the last ones see them whole (Howard 2018, https://www.fast.ai/posts/2018-04-30-dawnbench-fastai.html; the terms are those of MosaicML Composer's ProgressiveResizing). */

import type { FieldReader } from '../core/field-reader.js';
import type { ImageSize } from '../image/augment/image.js';

/** The recipe's section `resizing`. Fractions are of the epochs of a run. */
export interface ResizingSpec {
  /** Rows and columns at first, as a share of the whole image's. */
  readonly initialScale: number;
  /** For which they stay as at first; from then on they grow evenly. */
  readonly delayFraction: number;
  /** The last of them, which see whole images. */
  readonly finetuneFraction: number;
  /** Rows and columns are multiples of it, unless they are whole. */
  readonly sizeIncrement: number;
}

/** Nothing where the first images are whole. An Error where the two fractions are more than all. */
export function readResizing(reader: FieldReader): { readonly resizing?: ResizingSpec } {
  const share = { min: 0, max: 1 };
  const resizing = {
    initialScale: reader.number('initialScale', { min: 0.1, max: 1 }, 1),
    delayFraction: reader.number('delayFraction', share, 0.5),
    finetuneFraction: reader.number('finetuneFraction', share, 0.2),
    sizeIncrement: reader.number('sizeIncrement', { integer: true, min: 1, max: 1024 }, 4),
  };
  reader.end('resizing');
  const { initialScale, delayFraction, finetuneFraction } = resizing;
  if (delayFraction + finetuneFraction > 1)
    throw new Error(
      `resizing.delayFraction and resizing.finetuneFraction are ${delayFraction} and ${finetuneFraction}; no more than 1 together was expected`,
    );
  return initialScale === 1 ? {} : { resizing };
}

/** The size that images have in `epoch` (from 1) of `epochs`. */
export function sizeInEpoch(
  { initialScale, delayFraction, finetuneFraction, sizeIncrement }: ResizingSpec,
  whole: ImageSize,
  epoch: number,
  epochs: number,
): ImageSize {
  const over = (epoch - 1) / epochs;
  const growing = 1 - finetuneFraction - delayFraction;
  const grown = over < delayFraction ? 0 : Math.min(1, (over - delayFraction) / growing);
  const scale = over >= 1 - finetuneFraction ? 1 : initialScale + (1 - initialScale) * grown;
  const scaled = (size: number) => {
    const steps = Math.max(1, Math.round((size * scale) / sizeIncrement));
    return scale === 1 ? size : Math.min(size, steps * sizeIncrement);
  };
  return { rows: scaled(whole.rows), columns: scaled(whole.columns) };
}

/** The sizes of all epochs, each once, in their order. */
export function sizesOf(resizing: ResizingSpec, whole: ImageSize, epochs: number): ImageSize[] {
  const sizes = new Map<string, ImageSize>();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const size = sizeInEpoch(resizing, whole, epoch, epochs);
    sizes.set(`${size.rows} ${size.columns}`, size);
  }
  return [...sizes.values()];
}
