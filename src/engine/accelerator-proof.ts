/** Agreement of an accelerator with the processor on a few images, before anything is left to it. */

import { OperationalError } from '../core/errors.js';
import type { Normalization } from '../idx/normalization.js';
import { createModel, type Model } from '../model/model.js';
import {
  initialParameters,
  initialStatistics,
  type ModelSpec,
  shapeNetwork,
} from '../model/network.js';
import { Generator } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import { imageSample } from '../step/image-sample.js';
import { openPredictSession } from './onnxruntime/predict-session.js';
import type { Predictor } from './predictor.js';

/** Difference between the logits of an accelerator and those of the processor. */
export interface Agreement {
  readonly images: number;
  /** Largest difference of a logit, in parts of the largest logit. */
  readonly difference: number;
}

/** Number of images compared. */
const count = 8;
/** Largest difference that rounding explains: TensorFloat-32 leaves 1e-3; ONNX Runtime's wrong convolutions, 0.1 to 1. */
const tolerance = 0.01;

/**
 * Compares the logits of `accelerated`, which runs `model` on an accelerator, with those of the processor.
 * Throws OperationalError that names `accelerator` where they differ by more than rounding.
 */
export async function proveAccelerator(
  accelerator: string,
  model: Model,
  accelerated: Pick<Predictor, 'predict'>,
): Promise<Agreement> {
  const { rows, columns, classes } = model.info;
  const pixels = noiseImages(rows * columns);
  const shape = { rows, columns, classes: classes.labels.length };
  const session = await openPredictSession(model.bytes, model.source, shape);
  try {
    const [right, found] = [
      await session.run(pixels, count),
      await accelerated.predict(pixels, count),
    ];
    const difference = largestDifference(found.logits, right.logits);
    if (difference <= tolerance) return { images: count, difference };
    throw new OperationalError(
      accelerator,
      `computes ${model.source} wrongly: its logits differ from the processor's by ${percent(difference)} of the largest on ${count} images; at most ${percent(tolerance)} was expected`,
    );
  } finally {
    await session.close();
  }
}

/** An agreement in words. */
export function describeAgreement({ images, difference }: Agreement): string {
  return `agrees with the processor on ${images} images (logits within ${difference.toExponential(0)})`;
}

/** A model with initial weights, for an accelerator to prove itself on where no trained one is there. */
export function untrainedModel(
  spec: ModelSpec,
  size: { readonly rows: number; readonly columns: number; readonly classes: number },
  normalization: Normalization,
): Model {
  const network = shapeNetwork(spec, size);
  const pixels = noiseImages(size.rows * size.columns);
  const sample = imageSample({ ...size, normalization, seed: 0 }, { count, pixels });
  const names = Array.from({ length: size.classes }, (_, i) => `class ${i}`);
  const { rows, columns } = size;
  const info = {
    ...{ rows, columns, spec, normalization, recipe: {}, training: {} },
    classes: { names, labels: names.map((_, i) => i) },
    lineage: { history: [], seed: 0, engine: 'none' },
  };
  const weights = {
    parameters: initialParameters(network, 0, sample),
    statistics: initialStatistics(network),
  };
  return createModel(info, weights, 'an untrained network');
}

/** Random images, the same every time. [count × size] */
function noiseImages(size: number): Uint8Array {
  const generator = new Generator(deriveKey(0, 'fmnist', 'accelerator-proof'));
  return Uint8Array.from({ length: count * size }, () => generator.below(256));
}

function largestDifference(found: Float32Array, right: Float32Array): number {
  let [difference, largest] = [0, 0];
  for (const [i, value] of right.entries()) {
    const off = Math.abs(value - found[i]!);
    // A value that is not finite is as wrong as can be.
    difference = Math.max(difference, Number.isFinite(off) ? off : Number.POSITIVE_INFINITY);
    largest = Math.max(largest, Math.abs(value));
  }
  return difference === 0 ? 0 : difference / largest;
}

const percent = (part: number) => `${(100 * part).toPrecision(2)} %`;
