/** Progressive resizing: the first epochs see smaller images, which cost less; the last ones see them whole (Howard 2018, https://www.fast.ai/posts/2018-04-30-dawnbench-fastai.html; the terms are those of MosaicML Composer's ProgressiveResizing). */

import type { FieldReader } from '../core/field-reader.js';
import type { ImageSize } from '../image/augment/image.js';

/** Section `resizing` of a recipe. Fractions are of the epochs of a run. */
export interface ResizingSpec {
  /** Rows and columns at first, as a share of the whole image's. */
  readonly initialScale: number;
  /** Fraction for which they keep the initial scale; then they grow evenly. */
  readonly delayFraction: number;
  /** Fraction at the end of the run, with whole images. */
  readonly finetuneFraction: number;
  /** Divisor of rows and columns, unless they are whole. */
  readonly sizeIncrement: number;
}

/** Reads the section; nothing where the first images are whole. Throws an Error where the two fractions exceed 1 together. */
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

/** Size of the images in `epoch` (from 1) of `epochs`. */
export function sizeInEpoch(
  { initialScale, delayFraction, finetuneFraction, sizeIncrement }: ResizingSpec,
  whole: ImageSize,
  epoch: number,
  epochs: number,
): ImageSize {
  const elapsed = (epoch - 1) / epochs;
  const growing = 1 - finetuneFraction - delayFraction;
  const grown = elapsed < delayFraction ? 0 : Math.min(1, (elapsed - delayFraction) / growing);
  const scale = elapsed >= 1 - finetuneFraction ? 1 : initialScale + (1 - initialScale) * grown;
  const scaled = (size: number) => {
    const steps = Math.max(1, Math.round((size * scale) / sizeIncrement));
    return scale === 1 ? size : Math.min(size, steps * sizeIncrement);
  };
  return { rows: scaled(whole.rows), columns: scaled(whole.columns) };
}

/** Sizes of all epochs, each once, in the order of the epochs. */
export function sizesOf(resizing: ResizingSpec, whole: ImageSize, epochs: number): ImageSize[] {
  const sizes = new Map<string, ImageSize>();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const size = sizeInEpoch(resizing, whole, epoch, epochs);
    sizes.set(`${size.rows} ${size.columns}`, size);
  }
  return [...sizes.values()];
}
