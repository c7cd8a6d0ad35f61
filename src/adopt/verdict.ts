/** Verdict on a trial: whether another contract, or another order of the classes, is clearly the right one. */

import { percent } from '../picture/numbers.js';
import { mcNemar } from '../statistics/mcnemar.js';
import type { Contract } from './contract.js';
import type { Trial, TrialImages, TrialResult } from './trial.js';

/** By how much accuracy must be higher, and how rare that is by chance, for a contract to be clearly better. */
const clearly = { gain: 0.01, p: 0.001 };

/** Warnings about a trial, in words; none where the contract holds. */
export function warningsOf(trial: Trial, { classes, order }: Contract): string[] {
  const { images, own, others } = trial;
  const best = [...others].sort((a, b) => b.accuracy - a.accuracy)[0];
  const sorted = otherOrder(own, images, classes.names.length);
  const rivals = [
    ...(best ? [{ outcome: best, words: best.words }] : []),
    ...(sorted
      ? [
          {
            outcome: sorted.outcome,
            words: `with --order '${order.map((_, column) => classes.names[sorted.meanings[order.indexOf(column)]!]).join(',')}'`,
          },
        ]
      : []),
  ].sort((a, b) => b.outcome.accuracy - a.outcome.accuracy);
  const rival = rivals.find(({ outcome }) => isClearlyBetter(outcome, own, images));
  if (rival)
    return [
      `the contract seems to be another one: ${percent(rival.outcome.accuracy)} are right ${rival.words}, ${percent(own.accuracy)} as it was given`,
    ];
  const commonest = Math.max(...counts(images.truths, classes.names.length)) / images.count;
  return own.accuracy <= commonest
    ? [
        `${percent(own.accuracy)} right is no better than naming the commonest class each time; neither this contract nor a usual other one seems to be that of the model`,
      ]
    : [];
}

function isClearlyBetter(
  other: TrialResult,
  own: TrialResult,
  { truths, count }: TrialImages,
): boolean {
  let [onlyOwn, onlyOther] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [mine, its] = [own.predictions[i] === truths[i], other.predictions[i] === truths[i]];
    if (mine && !its) onlyOwn++;
    if (its && !mine) onlyOther++;
  }
  const gain = (onlyOther - onlyOwn) / count;
  return gain >= clearly.gain && mcNemar(onlyOwn, onlyOther).midP < clearly.p;
}

/**
 * The order in which the columns would stand if each meant the class whose images it is largest for most often; undefined
 * where two mean the same, or each its own. As image folders are read in the order of the alphabet, this is no rare fault.
 */
function otherOrder(
  own: TrialResult,
  { truths, count }: TrialImages,
  classes: number,
): { readonly meanings: readonly number[]; readonly outcome: TrialResult } | undefined {
  const meanings = Array.from({ length: classes }, (_, predicted) => {
    const of = truths.filter((_truth, i) => own.predictions[i] === predicted);
    const found = counts(of, classes);
    return of.length === 0 ? predicted : found.indexOf(Math.max(...found));
  });
  if (new Set(meanings).size < classes || meanings.every((meaning, i) => meaning === i))
    return undefined;
  const predictions = own.predictions.map((predicted) => meanings[predicted]!);
  const right = truths.reduce((sum, truth, i) => sum + Number(truth === predictions[i]), 0);
  return { meanings, outcome: { words: '', accuracy: right / count, predictions } };
}

function counts(values: Int16Array, classes: number): number[] {
  const found = new Array<number>(classes).fill(0);
  for (const value of values) found[value] = found[value]! + 1;
  return found;
}
