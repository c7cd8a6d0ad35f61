/** Records of predictions, of a service's log and of features → rows. */

import { isObject } from '../core/json.js';
import { parsePrint } from '../image/copies.js';
import { featureNames } from '../image/features/measure.js';
import { fieldFault, labelField, timeField, wholeField } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import type { Observation } from './observation.js';
import type { RowKind } from './presence.js';

/** Fields of a `features` record that are no features. */
const positions = new Set(
  'type index id time label prediction embedding features rows columns line'.split(' '),
);

/** A row of a record; undefined for a type that has none. What is damaged is a RangeError that names the field. */
export function observationOf(record: AnyRecord): Observation | undefined {
  if (record.type === 'prediction') return predictionRow(record);
  if (record.type === 'served') return servedRow(record);
  if (record.type === 'features') return featuresRow(record);
  return undefined;
}

function predictionRow(record: AnyRecord): Observation {
  const [first, second] = record.probabilities === undefined ? topTwo(record) : largestTwo(record);
  const kind =
    first === undefined
      ? 'prediction-class'
      : second === undefined
        ? 'prediction-top-1'
        : 'prediction';
  return {
    kind,
    features: second === undefined || first === undefined ? [] : [['margin', first - second]],
    prediction: labelField(record, 'prediction'),
    confidence: first,
    label: optionalLabel(record, 'label'),
    embedding: embeddingOf(record),
    isCopy: record.copyOf !== undefined,
    time: optionalTime(record),
  };
}

/** Features that the log of a service has of every image; the others are measured of a share of them, all together. */
const always: ReadonlySet<string> = new Set(['brightness', 'contrast']);

function servedRow(record: AnyRecord): Observation {
  const blanks: string[] = [];
  const features: [string, number][] = [];
  let kind: RowKind = 'served';
  for (const name of featureNames) {
    const value = record[name];
    if (value === undefined) continue;
    if (!always.has(name)) kind = 'served-measured';
    if (isBlank(value)) blanks.push(name);
    else features.push([name, inRange(record, name, value)]);
  }
  if (isBlank(record.margin)) blanks.push('margin');
  else if (record.margin !== undefined)
    features.push(['margin', share(record, 'margin', record.margin)]);
  if (isBlank(record.confidence)) blanks.push('confidence');
  return {
    kind,
    features,
    blanks,
    prediction: labelField(record, 'prediction'),
    confidence:
      record.confidence === undefined || isBlank(record.confidence)
        ? undefined
        : share(record, 'confidence', record.confidence),
    label: optionalLabel(record, 'label'),
    embedding: embeddingOf(record),
    print: printOf(record),
    time: optionalTime(record),
  };
}

/** Fingerprint that the service noted of the image's pixels. */
function printOf(record: AnyRecord): number | undefined {
  const { fingerprint } = record;
  if (fingerprint === undefined) return undefined;
  const print = typeof fingerprint === 'string' ? parsePrint(fingerprint) : undefined;
  if (print === undefined) throw fieldFault(record, 'fingerprint', '14 hexadecimal digits');
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
  const { id } = record;
  if (typeof id !== 'string') throw fieldFault(record, 'id', "a request's id");
  const index = wholeField(record, 'index', 'a position in the request');
  const label = labelField(record, 'label');
  return { id, index, label, time: optionalTime(record) };
}

/**
 * Every number of the record, or of its field `features`, is a feature; one that is null, empty or NaN is missing. What is
 * neither, such as text, is none here; where other rows have a number for it, it is missing too.
 */
function featuresRow(record: AnyRecord): Observation {
  const nested = record.features;
  const fields = isObject(nested) ? nested : record;
  const path = fields === nested ? 'features.' : '';
  const features: [string, number][] = [];
  const blanks: string[] = [];
  let confidence: number | undefined;
  for (const [name, value] of Object.entries(fields)) {
    if (positions.has(name)) continue;
    if (isNumeric(value)) {
      const field = `${path}${name}`;
      if (name === 'confidence') confidence = share(record, field, value);
      else if (name === 'margin') features.push([name, share(record, field, value)]);
      else features.push([name, inRange(record, field, value)]);
    } else if (isBlank(value)) blanks.push(name);
  }
  if (isBlank(record.prediction)) blanks.push('prediction');
  return {
    kind: 'features',
    features,
    blanks,
    confidence,
    prediction: isBlank(record.prediction) ? undefined : optionalLabel(record, 'prediction'),
    label: optionalLabel(record, 'label'),
    embedding: isBlank(record.embedding) ? undefined : embeddingOf(record),
    time: optionalTime(record),
  };
}

/** True for what programs write in place of a number that they do not have: JSON has no NaN. */
const isBlank = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && /^\s*(nan)?\s*$/i.test(value));

/** True for a number, and for the names of the infinities, which are refused. */
const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^[+-]?inf(inity)?$/i.test(value));

function largestTwo(record: AnyRecord): readonly [number, number | undefined] {
  const list = record.probabilities;
  if (!Array.isArray(list) || list.length === 0)
    throw fieldFault(record, 'probabilities', 'a list of probabilities');
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
  if (!Array.isArray(top)) throw fieldFault(record, 'top', 'a list of classes');
  const at = (i: number) =>
    top[i] === undefined
      ? undefined
      : share(record, 'top', (top[i] as { probability?: unknown })?.probability);
  return [at(0), at(1)];
}

function share(record: AnyRecord, field: string, value: unknown): number {
  // Sums of rounded shares may pass 1 by a little.
  if (typeof value !== 'number' || !(value >= 0 && value <= 1.001))
    throw fieldFault(record, field, 'a number from 0 to 1', value);
  return Math.min(1, value);
}

function inRange(record: AnyRecord, field: string, value: unknown): number {
  if (typeof value !== 'number') throw fieldFault(record, field, 'a number', value);
  if (!(Math.abs(value) < 3.4e38))
    throw fieldFault(record, field, 'a number that 32 bits can hold', value);
  return value;
}

function optionalLabel(record: AnyRecord, field: string): number | undefined {
  return record[field] === undefined ? undefined : labelField(record, field);
}

function embeddingOf(record: AnyRecord): readonly number[] | undefined {
  const { embedding } = record;
  if (embedding === undefined) return undefined;
  if (!Array.isArray(embedding)) throw fieldFault(record, 'embedding', 'a list of numbers');
  for (const [i, value] of embedding.entries()) inRange(record, `embedding.${i}`, value);
  return embedding;
}

function optionalTime(record: AnyRecord): number | undefined {
  return record.time === undefined ? undefined : timeField(record, 'time');
}
