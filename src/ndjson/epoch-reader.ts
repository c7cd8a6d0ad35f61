/** Reads the log of a training run: its `epoch` records, checked. */

import { OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { decodeRecords } from './decode.js';
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
    const epoch = checkEpoch(record, where);
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

function checkEpoch(record: AnyRecord, where: string): EpochRecord {
  const { epoch, loss, accuracy, validationLoss, validationAccuracy } = record;
  if (!Number.isSafeInteger(epoch) || (epoch as number) < 0)
    throw new OperationalError(where, 'the epoch is not a whole number from 0');
  for (const [name, value] of Object.entries({ loss, accuracy }))
    if (!Number.isFinite(value)) throw new OperationalError(where, `the ${name} is not a number`);
  for (const [name, value] of Object.entries({ validationLoss, validationAccuracy }))
    if (value !== undefined && !Number.isFinite(value))
      throw new OperationalError(where, `the ${name} is not a number`);
  return record as EpochRecord;
}
