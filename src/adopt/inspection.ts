/** Inspection of another tool's graph on a few images: does it run, do its values depend on anything but the image, what are they. */

import { loadOnnxRuntime, runtimeReason, singleThread } from '../engine/onnxruntime/runtime.js';
import { encodeModelParts } from '../onnx/encode.js';
import type { ForeignModel } from '../onnx/structure.js';
import { Generator } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import { canRunSingle, type ForeignBody, joinGraphs, type ScoreKind } from './adopted-graph.js';
import type { Contract } from './contract.js';

/** Values of the classes on the inspected images. */
export interface Inspection {
  readonly single: boolean;
  /** Values of each image, [count][values]. */
  readonly scores: readonly Float32Array[];
}

/** Images that are looked at. */
const count = 24;

/** Largest difference, as a share of the largest value, between runs that should give the same. */
const tolerance = 2e-3;

/**
 * Runs the graph on some images: all at once, again, and one by one; a graph that cannot take several is run image by
 * image. Throws a RangeError where it does not run, or its values depend on the run or on the other images.
 */
export async function inspect(body: ForeignBody, contract: Contract): Promise<Inspection> {
  refuseTrainingMode(body.model);
  const images = inspectedImages(contract.rows * contract.columns);
  let failure: unknown;
  for (const single of body.input.single ? [true] : [false, true]) {
    if (single && !canRunSingle(body.model)) break;
    try {
      const scores = await inspectBy(body, contract, single, images);
      if (scores) return { single, scores };
    } catch (error) {
      if (error instanceof RangeError) throw error;
      failure ??= error;
    }
  }
  const reason = failure ? `: ${runtimeReason(failure)}` : '; values for each image were expected';
  throw new RangeError(`cannot be run by ONNX Runtime on images one at a time or several${reason}`);
}

/** Values by one way of running; undefined where there are not as many rows as images. */
async function inspectBy(
  body: ForeignBody,
  contract: Contract,
  single: boolean,
  images: Uint8Array,
): Promise<readonly Float32Array[] | undefined> {
  const ort = await loadOnnxRuntime();
  const { rows, columns } = contract;
  const bytes = encodeModelParts(joinGraphs(body, { contract, kind: 'observed', single }));
  const session = await ort.InferenceSession.create(bytes, singleThread);
  const run = async (pixels: Uint8Array): Promise<Float32Array[]> => {
    const number = pixels.length / (rows * columns);
    const image = new ort.Tensor('uint8', pixels, [number, rows, columns]);
    const { data, dims } = (await session.run({ image })).observed!;
    const values = data as Float32Array;
    return dims[0] === number ? cut(values, number) : [];
  };
  try {
    const together = await run(images);
    if (together.length === 0) return undefined;
    if (!alike(together, await run(images)))
      throw new RangeError(
        `gives other values for the same images in another run, as with dropout; ${evaluationMode}`,
      );
    const alone: Float32Array[] = [];
    for (const image of cut(images, count)) alone.push(...(await run(image)));
    if (!alike(together, alone))
      throw new RangeError(
        `gives an image other values among other images, as batch normalisation does in training; ${evaluationMode}`,
      );
    return together;
  } finally {
    await session.release();
  }
}

const evaluationMode =
  'an export in evaluation mode (model.eval() in PyTorch, training=False) was expected';

/** A node that works otherwise in training: with a batch of one, its values would be wrong and steady. */
function refuseTrainingMode({ nodes }: ForeignModel): void {
  const training = nodes.find(
    ({ type, domain, attributes, outputs }) =>
      type === 'BatchNormalization' &&
      domain === '' &&
      (attributes.get('training_mode')?.[0] === 1 || outputs.filter(Boolean).length > 1),
  );
  if (training)
    throw new RangeError(
      `normalises by the batch (BatchNormalization in training mode, '${training.outputs[0]}'); ${evaluationMode}`,
    );
}

/** Parts of the same length. */
function cut<A extends Uint8Array | Float32Array>(values: A, parts: number): A[] {
  const size = values.length / parts;
  return Array.from({ length: parts }, (_, i) => values.slice(i * size, (i + 1) * size) as A);
}

function alike(some: readonly Float32Array[], others: readonly Float32Array[]): boolean {
  const pairs = some.flatMap((row, i) => [...row].map((value, j) => [value, others[i]?.[j]]));
  const largest = Math.max(1, ...pairs.map(([value = 0]) => Math.abs(value) || 0));
  return pairs.every(([a, b]) => Object.is(a, b) || Math.abs(a! - b!) <= tolerance * largest);
}

/** Blank, white, and noise of several strengths. pixels: of an image; [count × pixels]. */
function inspectedImages(pixels: number): Uint8Array {
  const generator = new Generator(deriveKey(0, 'fmnist-adopt', 'inspected images'));
  return Uint8Array.from({ length: count * pixels }, (_, i) => {
    const image = Math.floor(i / pixels);
    if (image < 2) return 255 * image;
    return generator.below(32 * (1 + (image % 8)));
  });
}

/**
 * Kind of the values: logits, or probabilities, which are from 0 to 1 and add up to 1. Throws a RangeError for others
 * than one a class, others than finite ones, and for those that may be either.
 */
export function kindOfScores(
  scores: readonly Float32Array[],
  classes: number,
  wish: Exclude<ScoreKind, 'observed'> | undefined,
): Exclude<ScoreKind, 'observed'> {
  const width = scores[0]?.length;
  if (width !== classes)
    throw new RangeError(
      `gives ${width} value${width === 1 ? '' : 's'} an image; one for each of ${classes} classes was expected`,
    );
  const all = scores.flatMap((row) => [...row]);
  if (!all.every(Number.isFinite))
    throw new RangeError('gives values that are not finite numbers on plain images');
  const sums = scores.map((row) => row.reduce((sum, value) => sum + value, 0));
  const unit = all.every((value) => value >= -1e-3 && value <= 1 + 1e-3);
  const found = !unit
    ? 'logits'
    : sums.every((sum) => Math.abs(sum - 1) <= 1e-2)
      ? 'probabilities'
      : undefined;
  if (found && wish && wish !== found)
    throw new RangeError(
      found === 'logits'
        ? `gives values from ${short(Math.min(...all))} to ${short(Math.max(...all))}, which are no probabilities`
        : 'gives values that add up to 1 for every image, which are probabilities, no logits',
    );
  if (found ?? wish) return (found ?? wish)!;
  throw new RangeError(
    `gives values from 0 to 1 that add up to ${short(Math.min(...sums))} to ${short(Math.max(...sums))}, as of a sigmoid for each class; probabilities that add up to 1, or logits, were expected (--scores logits takes them for logits)`,
  );
}

const short = (value: number) => String(Number(value.toPrecision(3)));
