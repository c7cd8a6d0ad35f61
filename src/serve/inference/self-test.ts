/** Self-test of a model before it is put in service. */

import { OperationalError } from '../../core/errors.js';
import type { ModelInfo } from '../../model/info.js';
import type { BatchRunner } from './batcher.js';

/** Black, white, and a gradient: finite probabilities, each row's sum 1, one for each class. OperationalError where they are not. */
export async function selfTest(
  runner: BatchRunner,
  info: ModelInfo,
  source: string,
): Promise<void> {
  const size = info.rows * info.columns;
  const pixels = new Uint8Array(3 * size);
  pixels.fill(255, size, 2 * size);
  for (let i = 0; i < size; i++) pixels[2 * size + i] = i % 256;
  const classes = info.classes.labels.length;
  const { probabilities } = await runner.run(pixels, 3).catch((error: Error) => {
    throw new OperationalError(source, `failed its self-test: ${error.message}`, { cause: error });
  });
  for (let image = 0; image < 3; image++) {
    const row = probabilities.subarray(image * classes, (image + 1) * classes);
    const sum = row.reduce((total, value) => total + value, 0);
    if (row.length !== classes || row.some((value) => value < 0) || !(Math.abs(sum - 1) < 1e-3))
      throw new OperationalError(
        source,
        `failed its self-test: the probabilities of an image sum to ${sum}; 1 was expected`,
      );
  }
}
