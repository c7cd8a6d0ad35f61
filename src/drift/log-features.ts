/** Records of predictions and of a service's log → records of features; images that the log has kept are measured. */

import { OperationalError, withSource } from '../core/errors.js';
import { present } from '../core/present.js';
import { type ClassList, classListFrom } from '../idx/classes.js';
import { measureImage, writtenFeatures } from '../image/features/measure.js';
import type { ByteReader } from '../io/byte-reader.js';
import { type DamagedLine, decodeRecords } from '../ndjson/decode.js';
import type { FeaturesRecord } from '../ndjson/features-record.js';
import type { AnyRecord } from '../ndjson/records.js';
import { loggedImage } from './logged-image.js';
import { observationOf } from './record-observations.js';

/**
 * Features of the image that a record of a prediction, or of a service's log, is about; undefined
 * for other types, and for shadow predictions. `position` stands in for an index that the record
 * lacks. Throws RangeError, which names the field, for a damaged record.
 */
export function featuresOfRecord(record: AnyRecord, position: number): FeaturesRecord | undefined {
  if (record.type !== 'prediction' && record.type !== 'served') return undefined;
  if (record.shadow === true) return undefined;
  const row = observationOf(record);
  if (!row) return undefined;
  const { index, id, time } = record;
  return {
    type: 'features',
    index: Number.isSafeInteger(index) ? (index as number) : position,
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof time === 'string' ? { time } : {}),
    ...present({ label: row.label, prediction: row.prediction, confidence: row.confidence }),
    ...Object.fromEntries(row.features.map(([name, value]) => [name, Number(value.toFixed(7))])),
    ...measured(record),
    ...(row.embedding ? { embedding: Float32Array.from(row.embedding) } : {}),
  };
}

function measured(record: AnyRecord) {
  const image = loggedImage(record);
  return image && writtenFeatures(measureImage(image.pixels, 0, image));
}

/** Records a batch. */
const batchSize = 256;

export interface LogFeatures {
  /**
   * Feature records of a log, in its order. An incomplete last line, which may still be written,
   * is skipped; throws OperationalError for a damaged line.
   */
  readonly records: () => AsyncGenerator<FeaturesRecord[]>;
  /** Records passed over so far that should have told something: shadows' answers, and half a last line. */
  readonly passed: number;
  /** What predictions are about, and whose they are, where a record before them said so. */
  readonly classes: ClassList | undefined;
  readonly model: string | undefined;
}

/** The features of what a log or a file of predictions tells. */
export function logFeatures(reader: ByteReader): LogFeatures {
  let passed = 0;
  let position = 0;
  let classes: ClassList | undefined;
  let model: string | undefined;
  const damaged = ({ last, error }: DamagedLine) => {
    if (!last) throw error;
    passed++;
  };
  return {
    get passed() {
      return passed;
    },
    get classes() {
      return classes;
    },
    get model() {
      return model;
    },
    async *records() {
      let batch: FeaturesRecord[] = [];
      for await (const { where, record } of decodeRecords(reader, undefined, damaged)) {
        if (record.shadow === true) passed++;
        if (record.type === 'run' && typeof record.model === 'string') model = record.model;
        if (record.type === 'classes') classes = withSource(where, () => classListFrom(record));
        const features = withSource(where, () => featuresOfRecord(record, position));
        if (!features) continue;
        position++;
        batch.push(features);
        if (batch.length < batchSize) continue;
        yield batch;
        batch = [];
      }
      if (position === 0)
        throw new OperationalError(
          reader.source,
          'tells of no image; images, predictions or the log of a service were expected',
        );
      yield batch;
    },
  };
}
