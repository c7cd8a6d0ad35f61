/** Checks a prediction response against its request, and counts correct labels. */

import type { Payload } from './payloads.js';

export interface ResponseCheck {
  /** Predictions that agree with the labels; undefined where there are no labels. */
  readonly correct: number | undefined;
}

/** Judges the body of an answer with status 200; undefined where it is not the answer to this request. */
export function checkResponse(
  body: Buffer,
  { images, labels }: Payload,
): ResponseCheck | undefined {
  const predictions = predictionsIn(body);
  if (predictions?.length !== images) return undefined;
  if (!labels) return { correct: undefined };
  let correct = 0;
  for (const [i, label] of labels.entries()) if (predictions[i] === label) correct++;
  return { correct };
}

/** The labels under `predictions`, in objects as fmnist-serve answers, or plain numbers; undefined where there are none. */
function predictionsIn(body: Buffer): number[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const list = (value as { predictions?: unknown } | null)?.predictions;
  if (!Array.isArray(list)) return undefined;
  const labels = list.map((entry: unknown) =>
    typeof entry === 'number' ? entry : (entry as { prediction?: unknown } | null)?.prediction,
  );
  return labels.every((label) => typeof label === 'number') ? (labels as number[]) : undefined;
}
