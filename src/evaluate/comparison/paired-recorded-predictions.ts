/** Paired predictions from two files of prediction records, row by row for the same images. */

import { displayName, OperationalError } from '../../core/errors.js';
import { type ClassList, classConflict } from '../../idx/classes.js';
import type { ByteReader } from '../../io/byte-reader.js';
import type { LabelledPredictions, PredictionInfo } from '../predictions.js';
import { openRecordedPredictions } from '../recorded-predictions.js';
import type { PairedPredictions, PairedSample } from './paired-predictions.js';

/** Reads both up to their first prediction. Throws OperationalError where classes or images differ; the samples, where a row does. */
export async function openPairedRecordedPredictions(
  oldReader: ByteReader,
  newReader: ByteReader,
): Promise<PairedPredictions> {
  const old = await openRecordedPredictions(oldReader);
  const fresh = await openRecordedPredictions(newReader);
  const there = displayName(old.source);
  const refuse = (problem: string): never => {
    throw new OperationalError(fresh.source, problem);
  };
  checkClasses(old.classes, fresh.classes, there, refuse);
  const classes = commonClasses(old.classes, fresh.classes);
  checkImages(old.info(), fresh.info(), there, refuse);
  return {
    source: fresh.source,
    classes,
    get total() {
      return fresh.total;
    },
    samples: () => pairRows(old, fresh, there, refuse),
    info: () => ({ old: { ...old.info(), classes }, new: { ...fresh.info(), classes } }),
  };
}

type Refuse = (problem: string) => never;

/** Merges the class names of both: a name replaces a bare label number. */
export function commonClasses(old: ClassList, { names, labels }: ClassList): ClassList {
  const numbered = (i: number) => names[i] === String(labels[i]);
  return { labels, names: names.map((name, i) => (numbered(i) ? (old.names[i] ?? name) : name)) };
}

/** Checks that two models have the same classes; calls `refuse` where labels differ, or one label has two names. */
export function checkClasses(
  old: ClassList,
  fresh: ClassList,
  there: string,
  refuse: Refuse,
): void {
  if (old.labels.join() !== fresh.labels.join())
    refuse(
      `is about the classes ${fresh.labels.join(', ')}, ${there} about ${old.labels.join(', ')}; the same classes were expected`,
    );
  const conflict = classConflict(old, fresh);
  if (conflict)
    refuse(
      `calls label ${conflict.label} '${conflict.ours}', ${there} calls it '${conflict.theirs}'; the same classes were expected`,
    );
}

/** Checks that data set and split are the same, where both name them; otherwise the rows decide. */
function checkImages(
  old: PredictionInfo,
  fresh: PredictionInfo,
  there: string,
  refuse: Refuse,
): void {
  for (const field of ['dataset', 'split'] as const)
    if (old[field] !== undefined && fresh[field] !== undefined && old[field] !== fresh[field])
      refuse(
        `is about images of ${nameOf(fresh)}, ${there} about ${nameOf(old)}; predictions of the same images were expected`,
      );
}

const nameOf = ({ dataset, split }: PredictionInfo) => [dataset, split].filter(Boolean).join(' ');

/** Reads both files row by row, and compares the digests of the images at the end, where both have them. */
async function* pairRows(
  old: LabelledPredictions,
  fresh: LabelledPredictions,
  there: string,
  refuse: Refuse,
): AsyncGenerator<PairedSample> {
  const olds = old.samples();
  let row = 0;
  const same = 'predictions of the same images were expected';
  for await (const sample of fresh.samples()) {
    row++;
    const { value: other, done } = await olds.next();
    if (done) return refuse(`has more than the ${row - 1} predictions of ${there}; ${same}`);
    if (sample.index !== other.index)
      refuse(
        `prediction ${row} is about image ${sample.index}, that of ${there} about image ${other.index}; ${
          sample.index > other.index
            ? `image ${other.index} is missing`
            : `image ${sample.index} is missing there`
        }, or they are not in the same order`,
      );
    if (sample.truth !== other.truth)
      refuse(
        `image ${sample.index} has the label ${fresh.classes.labels[sample.truth]}, in ${there} ${old.classes.labels[other.truth]}; ${same}`,
      );
    const { index, truth } = sample;
    // Files of before this was noted do not say it.
    yield { index, truth, old: other, new: sample, copyOf: sample.copyOf ?? other.copyOf };
  }
  if (!(await olds.next()).done)
    refuse(`ends after ${row} predictions, ${there} does not; ${same}`);
  for (const side of [old, fresh])
    if (side.total > row)
      throw new OperationalError(
        side.source,
        `announces ${side.total} predictions and has ${row}; all of them were expected`,
      );
  const [a, b] = [old.info().images, fresh.info().images];
  if (a !== undefined && b !== undefined && a !== b)
    refuse(`is about images whose pixels differ from those of ${there}; ${same}`);
}
