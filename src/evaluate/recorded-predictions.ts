/** Labelled predictions from prediction records. */

import { OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { EvaluatedSample } from '../metrics/evaluator.js';
import { PredictionReader, type ReadPrediction } from '../ndjson/prediction-reader.js';
import type { AnyRecord } from '../ndjson/records.js';
import type { LabelledPredictions, PredictionInfo } from './predictions.js';

/** Reads up to the first prediction. Throws OperationalError where there is none; the samples, where one has no label. */
export async function openRecordedPredictions(reader: ByteReader): Promise<LabelledPredictions> {
  const records = new PredictionReader(reader);
  const predictions = records.predictions();
  const first = await predictions.next();
  const { classes } = records;
  if (first.done || !classes)
    throw new OperationalError(
      reader.source,
      'has no prediction records; the output of fmnist-predict was expected',
    );
  return {
    source: reader.source,
    classes,
    get total() {
      return announced(records.runs);
    },
    async *samples() {
      yield sample(first.value);
      for await (const prediction of predictions) yield sample(prediction);
    },
    info: () => ({
      ...describe(records.runs, classes),
      source: reader.source,
      images:
        records.imageDigests.length === records.runs.length
          ? records.imageDigests.join(' ')
          : undefined,
    }),
  };
}

function announced(runs: readonly AnyRecord[]): number {
  return runs.reduce(
    (sum, { images }) => sum + (Number.isSafeInteger(images) ? (images as number) : 0),
    0,
  );
}

function sample(prediction: ReadPrediction): EvaluatedSample {
  const { truth, where } = prediction;
  if (truth === undefined)
    throw new OperationalError(
      where,
      'the prediction has no label; predictions of a labelled stream were expected',
    );
  return { ...prediction, truth };
}

/** Metadata common to all runs; synthetic if that of any run is. */
function describe(
  runs: readonly AnyRecord[],
  classes: PredictionInfo['classes'],
): Omit<PredictionInfo, 'source'> {
  const agreed = (field: string): string | undefined => {
    const [value, ...others] = new Set(runs.map((run) => run[field]));
    return others.length === 0 && typeof value === 'string' ? value : undefined;
  };
  return {
    classes,
    dataset: agreed('dataset'),
    split: agreed('split'),
    model: agreed('model'),
    tta: agreed('tta'),
    modelDataset: agreed('modelDataset'),
    modelSynthetic: runs.some((run) => run.modelSynthetic === true),
    synthetic: runs.some((run) => run.synthetic === true),
  };
}
