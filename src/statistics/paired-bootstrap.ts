/** Paired bootstrap over images: a confidence interval for the difference of two accuracies. */

import { Generator } from '../random/generator.js';
import type { Key } from '../random/key.js';
import { BinomialTable } from './binomial.js';
import type { Interval } from './wilson-interval.js';

export interface PairCounts {
  /** At least 1. */
  readonly images: number;
  /** Images that only one of the two is right on. */
  readonly onlyOld: number;
  readonly onlyNew: number;
}

export interface BootstrapOptions {
  readonly key: Key;
  readonly resamples: number;
  /** 0.95: the interval lies between the 2.5 % and the 97.5 % quantile. */
  readonly confidence: number;
}

/**
 * The percentile interval of (new − old accuracy): images are drawn with replacement, as many as there are, each with
 * both models' answers (B. Efron 1979; Efron and Tibshirani 1993, §13.3).
 *
 * An image adds 1, 0 or −1 to the difference, so a resample is a draw from a multinomial of three outcomes. It is drawn
 * as such, in two steps (how many discordant, how many of those for the new model), which costs the same for any
 * number of images.
 */
export function pairedBootstrap(
  { images, onlyOld, onlyNew }: PairCounts,
  { key, resamples, confidence }: BootstrapOptions,
): Interval {
  const discordant = onlyOld + onlyNew;
  if (discordant === 0) return { low: 0, high: 0 };
  const generator = new Generator(key);
  const howMany = new BinomialTable(images, discordant / images);
  // One table for the least number there may be; what is drawn beyond it falls one by one.
  const least = howMany.first;
  const forNew = new BinomialTable(least, onlyNew / discordant);
  const differences = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const drawn = howMany.draw(generator);
    let won = forNew.draw(generator);
    for (let k = least; k < drawn; k++) if (generator.below(discordant) < onlyNew) won++;
    differences[i] = (2 * won - drawn) / images;
  }
  differences.sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(differences, tail), high: quantile(differences, 1 - tail) };
}

/** Of ascending values, between the two nearest (type 7 of Hyndman and Fan, NumPy's default). */
function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1);
  const low = ascending[Math.floor(at)]!;
  const high = ascending[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}
