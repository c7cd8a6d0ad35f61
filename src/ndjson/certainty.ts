/** Confidence and margin of a prediction, as records have them. */

export interface Certainty {
  /** The probability of the predicted class. */
  readonly confidence: number;
  /** By how much it is above the next. */
  readonly margin: number;
}

/** Of the probabilities of all classes and the index of the largest; seven decimals, for f32 hold no more. */
export function certaintyOf(probabilities: Float32Array, best: number): Certainty {
  const first = probabilities[best]!;
  let second = 0;
  for (const [c, value] of probabilities.entries())
    if (c !== best && value > second) second = value;
  return { confidence: roundedProbability(first), margin: roundedProbability(first - second) };
}

/** A probability as records have it, and as metrics count it. */
export const roundedProbability = (probability: number) => Math.round(probability * 1e7) / 1e7;
