/** Records of predictions, of a service's log and of features → rows. */

import { isByte } from '../core/json.js';
import { parsePrint } from '../image/copies.js';
import { featureNames } from '../image/features/measure.js';
import type { AnyRecord } from '../ndjson/records.js';
import type { Observation } from './observation.js';

/** Fields of a `features` record that are no features. */
const positions = new Set(['index', 'label', 'prediction', 'rows', 'columns', 'line']);

/** A row of a record; undefined for a type that has none. What is damaged is a RangeError that names the field. */
export function observationOf(record: AnyRecord): Observation | undefined {
  if (record.type === 'prediction') return predictionRow(record);
  if (record.type === 'served') return servedRow(record);
  if (record.type === 'features') return featuresRow(record);
  return undefined;
}

function predictionRow(record: AnyRecord): Observation {
  const [first, second] = record.probabilities === undefined ? topTwo(record) : largestTwo(record);
  return {
    features: second === undefined || first === undefined ? [] : [['margin', first - second]],
    prediction: labelOf(record, 'prediction'),
    confidence: first,
    label: optionalLabel(record, 'label'),
    embedding: embeddingOf(record),
    isCopy: record.copyOf !== undefined,
    time: timeOf(record),
  };
}

function servedRow(record: AnyRecord): Observation {
  return {
    // Records of other versions may lack what others have.
    features: [
      ...featureNames
        .filter((name) => record[name] !== undefined)
        .map((name) => [name, numberOf(record, name)] as const),
      ...(record.margin === undefined
        ? []
        : [['margin', share(record, 'margin', record.margin)] as const]),
    ],
    prediction: labelOf(record, 'prediction'),
    confidence:
      record.confidence === undefined ? undefined : share(record, 'confidence', record.confidence),
    label: optionalLabel(record, 'label'),
    embedding: embeddingOf(record),
    print: printOf(record),
    time: timeOf(record),
  };
}

/** Fingerprint that the service noted of the image's pixels. */
function printOf(record: AnyRecord): number | undefined {
  const { fingerprint } = record;
  if (fingerprint === undefined) return undefined;
  const print = typeof fingerprint === 'string' ? parsePrint(fingerprint) : undefined;
  if (print === undefined) throw fault(record, 'fingerprint', '14 hexadecimal digits');
  return print;
}

/** A label that came after its image, and what it is about. */
export interface DelayedLabel {
  readonly id: string;
  readonly index: number;
  readonly label: number;
  readonly time: number | undefined;
}

/** Reads a `feedback` record. */
export function delayedLabelOf(record: AnyRecord): DelayedLabel {
  const { id, index } = record;
  if (typeof id !== 'string') throw fault(record, 'id', "a request's id");
  if (!Number.isSafeInteger(index)) throw fault(record, 'index', 'a position in the request');
  const label = labelOf(record, 'label');
  return { id, index: index as number, label, time: timeOf(record) };
}

/** Every number of the record, or of its field `features`, is a feature. */
function featuresRow(record: AnyRecord): Observation {
  const nested = record.features;
  const fields = typeof nested === 'object' && nested !== null ? nested : record;
  const features: [string, number][] = [];
  let confidence: number | undefined;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'number' || positions.has(name)) continue;
    if (name === 'confidence') confidence = share(record, name, value);
    else
      features.push([
        name,
        name === 'margin' ? share(record, name, value) : inRange(record, name, value),
      ]);
  }
  return {
    features,
    confidence,
    prediction: optionalLabel(record, 'prediction'),
    label: optionalLabel(record, 'label'),
    embedding: embeddingOf(record),
    time: timeOf(record),
  };
}

function largestTwo(record: AnyRecord): readonly [number, number | undefined] {
  const list = record.probabilities;
  if (!Array.isArray(list) || list.length === 0)
    throw fault(record, 'probabilities', 'a list of probabilities');
  let [first, second] = [-1, -1];
  for (const value of list) {
    const p = share(record, 'probabilities', value);
    if (p > first) [first, second] = [p, first];
    else if (p > second) second = p;
  }
  return [first, second < 0 ? undefined : second];
}

function topTwo(record: AnyRecord): readonly [number | undefined, number | undefined] {
  const { top } = record;
  if (top === undefined) return [undefined, undefined];
  if (!Array.isArray(top)) throw fault(record, 'top', 'a list of classes');
  const at = (i: number) =>
    top[i] === undefined
      ? undefined
      : share(record, 'top', (top[i] as { probability?: unknown })?.probability);
  return [at(0), at(1)];
}

function share(record: AnyRecord, field: string, value: unknown): number {
  // Sums of rounded shares may pass 1 by a little.
  if (typeof value !== 'number' || !(value >= 0 && value <= 1.001))
    throw fault(record, field, 'a number from 0 to 1');
  return Math.min(1, value);
}

function numberOf(record: AnyRecord, field: string): number {
  const value = record[field];
  if (typeof value !== 'number') throw fault(record, field, 'a number');
  return inRange(record, field, value);
}

function inRange(record: AnyRecord, field: string, value: number): number {
  if (!(Math.abs(value) < 3.4e38)) throw fault(record, field, 'a number that 32 bits can hold');
  return value;
}

function labelOf(record: AnyRecord, field: string): number {
  const value = record[field];
  if (!isByte(value)) throw fault(record, field, 'a label from 0 to 255');
  return value;
}

function optionalLabel(record: AnyRecord, field: string): number | undefined {
  return record[field] === undefined ? undefined : labelOf(record, field);
}

function embeddingOf(record: AnyRecord): readonly number[] | undefined {
  const { embedding } = record;
  if (embedding === undefined) return undefined;
  if (!Array.isArray(embedding) || !embedding.every((value) => typeof value === 'number'))
    throw fault(record, 'embedding', 'a list of numbers');
  return embedding;
}

function timeOf(record: AnyRecord): number | undefined {
  if (record.time === undefined) return undefined;
  const time = typeof record.time === 'string' ? Date.parse(record.time) : Number.NaN;
  if (Number.isNaN(time)) throw fault(record, 'time', 'a time as ISO 8601 writes it');
  return time;
}

function fault(record: AnyRecord, field: string, expected: string): RangeError {
  const value = record[field];
  const told = value === undefined ? 'is absent' : `is ${JSON.stringify(value).slice(0, 40)}`;
  return new RangeError(
    `the field '${field}' of a ${record.type} record ${told}; ${expected} was expected`,
  );
}
