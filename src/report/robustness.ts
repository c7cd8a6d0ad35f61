/**
 * Robustness of a model: its accuracy under every corruption at every severity, on the first
 * images of a labelled set.
 */

import { OperationalError } from '../core/errors.js';
import { openPredictor, type PredictorOptions } from '../engine/open-predictor.js';
import { checkSet } from '../engine/predict-set.js';
import { predictionAt } from '../engine/predicted-samples.js';
import { indexOfLabel } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import { corruptionNames } from '../image/corruptions/catalogue.js';
import { mostSevere } from '../image/corruptions/corruption.js';
import { openCorruptionPlan } from '../image/corruptions/corruption-plan.js';
import { rawBatches } from '../image/raw-pixels.js';
import { openModelFile } from '../model/model.js';
import type { RobustnessRecord } from '../ndjson/report-records.js';
import type { Folder } from './folder.js';

export interface RobustnessOptions extends PredictorOptions {
  /** How many images, at most. */
  readonly images: number;
  readonly seed: number;
  /** Told how many of how many corruptions are done. */
  readonly onProgress: (done: number, of: number) => void;
}

/** The images as they are first, then a record a kind and severity. */
export async function measureRobustness(
  folder: Folder,
  { model, set: file }: { readonly model: string; readonly set: string },
  options: RobustnessOptions,
): Promise<RobustnessRecord[]> {
  const opened = await openModelFile(folder.pathOf(model));
  const predictor = await openPredictor(folder.io, opened, options);
  try {
    const { info } = predictor;
    const set = await openSet(await folder.open(file), { labels: 'required' });
    checkSet(set, info);
    const size = info.rows * info.columns;
    const count = Math.min(options.images, set.images.count);
    const clean = new Uint8Array(count * size);
    for await (const { start, pixels } of rawBatches(set, 1024)) {
      if (start >= count) break;
      clean.set(pixels.subarray(0, (count - start) * size), start * size);
    }
    if (count === 0) throw new OperationalError(set.source, 'holds no images to corrupt');
    const indexOf = indexOfLabel(info.classes);
    const score = async (pixels: Uint8Array, corruption: string, severity: number) => {
      let correct = 0;
      for (let from = 0; from < count; from += batch) {
        const some = Math.min(batch, count - from);
        const part = pixels.subarray(from * size, (from + some) * size);
        const { probabilities } = await predictor.predict(part, some);
        for (let i = 0; i < some; i++) {
          const { prediction } = predictionAt(probabilities, i, some);
          if (prediction === indexOf[set.labels?.[from + i] as number]) correct++;
        }
      }
      const accuracy = correct / count;
      const about = { corruption, severity, images: count, correct, accuracy };
      return { type: 'robustness', ...about, model: info.digest } satisfies RobustnessRecord;
    };
    const records: RobustnessRecord[] = [await score(clean, 'none', 0)];
    const steps = corruptionNames.length * mostSevere;
    for (const kind of corruptionNames)
      for (let severity = 1; severity <= mostSevere; severity++) {
        const treatment = {
          kinds: [kind],
          severities: [severity, severity],
          share: 1,
          from: 0,
        } as const;
        const corrupter = openCorruptionPlan(treatment, info, options.seed);
        const made = new Uint8Array(clean.length);
        for (let i = 0; i < count; i++) {
          const at = i * size;
          await corrupter({ pixels: clean, at }, i, { pixels: made, at });
        }
        records.push(await score(made, kind, severity));
        options.onProgress(records.length - 1, steps);
      }
    return records;
  } finally {
    await predictor.close();
  }
}

/** Images the model sees at a time. */
const batch = 256;
