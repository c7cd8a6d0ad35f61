/** Reads the log of a training run: its `epoch` records, checked. */

import { OperationalError, withSource } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { decodeRecords } from './decode.js';
import { fieldFault, wholeField } from './record-fields.js';
import type { AnyRecord, EpochRecord } from './records.js';

export interface TrainingLog {
  /** The `run` record before the epochs, where there is one. */
  readonly run: AnyRecord | undefined;
  /** In ascending order, at least one. */
  readonly epochs: readonly EpochRecord[];
  /** Runs in the file; of several, one behind the other, the last is given. */
  readonly runs: number;
}

/** The last run of a log. An epoch whose number does not go up begins a new run; records of other types are skipped. */
export async function readTrainingLog(reader: ByteReader): Promise<TrainingLog> {
  let epochs: EpochRecord[] = [];
  let latest: AnyRecord | undefined;
  let run: AnyRecord | undefined;
  let runs = 0;
  for await (const { where, record } of decodeRecords(reader)) {
    if (record.type === 'run') latest = record;
    if (record.type !== 'epoch') continue;
    const epoch = withSource(where, () => checkEpoch(record));
    const last = epochs.at(-1);
    if (!last || epoch.epoch <= last.epoch) {
      runs++;
      run = latest;
      epochs = [];
    }
    epochs.push(epoch);
  }
  if (epochs.length === 0)
    throw new OperationalError(
      reader.source,
      'has no epoch records; the log that fmnist-train --log writes was expected',
    );
  return { run, epochs, runs };
}

function checkEpoch(record: AnyRecord): EpochRecord {
  wholeField(record, 'epoch');
  for (const name of ['loss', 'accuracy', 'validationLoss', 'validationAccuracy']) {
    const isThere = record[name] !== undefined || !name.startsWith('validation');
    if (isThere && !Number.isFinite(record[name])) throw fieldFault(record, name, 'a number');
  }
  return record as EpochRecord;
}
