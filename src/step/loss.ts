/** Loss of logits: cross-entropy, and the count of correct predictions. */

/** Images that are evaluated at a time: sums are added chunk by chunk, so that they do not depend on the number of workers. */
export const validationChunk = 250;

/** Sum of cross-entropies and count of correct predictions. logits: [samples, classes]; classIndices: [samples]. */
export function sumLosses(
  logits: Float32Array,
  classIndices: Uint8Array,
  classes: number,
): [loss: number, correct: number] {
  let loss = 0;
  let correct = 0;
  for (let i = 0; i < classIndices.length; i++) {
    let [best, largest] = [0, Number.NEGATIVE_INFINITY];
    for (let c = 0; c < classes; c++) {
      const logit = logits[i * classes + c]!;
      if (logit > largest) [best, largest] = [c, logit];
    }
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[i * classes + c]! - largest);
    const label = classIndices[i]!;
    loss += Math.log(sum) + largest - logits[i * classes + label]!;
    if (best === label) correct++;
  }
  return [loss, correct];
}
