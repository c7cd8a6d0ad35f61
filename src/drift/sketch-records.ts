/** Sketches as records, and back. Whatever is not as expected is a RangeError that names the field. */

import { shown } from '../core/json.js';
import { present } from '../core/present.js';
import type { SketchFeatureRecord, SketchRecord } from '../ndjson/drift-records.js';
import { fieldFault, wholeField } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { binCount, type SketchState } from '../profile/sketch.js';
import type { FeatureSketch } from './feature-sketch.js';
import { rowKinds } from './presence.js';
import { absorbKinds, absorbPresence, measuredRows } from './presence-records.js';
import { type LabelCounts, WindowSketch } from './window-sketch.js';

export const sketchFormat = 1;

/** The records of a sketch; the first one is `sketch`. The same rows give the same records, in whatever order they came. */
export function* sketchRecords(sketch: WindowSketch): Generator<AnyRecord> {
  const { rows, copies, judged, right, predictions, labels, classes, models, firstTime, lastTime } =
    sketch;
  const head: SketchRecord = {
    type: 'sketch',
    format: sketchFormat,
    rows,
    ...(copies > 0 ? { copies } : {}),
    judged,
    right,
    predictions: countLists(predictions),
    labels: countLists(labels),
    ...(classes ? { classes: { names: classes.names, labels: classes.labels } } : {}),
    models: [...models].sort(),
    kinds: {
      kinds: rowKinds.filter((_, i) => sketch.rowsByKind[i]! > 0),
      counts: sketch.rowsByKind.filter((count) => count > 0),
    },
    measured: {
      prediction: measuredRows(sketch.presence.prediction, sketch.rowsByKind),
      embedding: measuredRows(sketch.presence.embedding, sketch.rowsByKind),
    },
    ...present({ firstTime, lastTime }),
  };
  yield head;
  for (const name of [...sketch.features.keys()].sort())
    yield {
      ...featureRecord(name, sketch.feature(name)),
      measured: measuredRows(sketch.feature(name).presence, sketch.rowsByKind),
    };
  yield featureRecord('confidence', sketch.judgedConfidence, 'judged');
  yield featureRecord('confidence', sketch.rightConfidence, 'right');
  for (const vector of sketch.embeddings.vectors) yield { type: 'sketch-embedding', vector };
}

function featureRecord(
  name: string,
  feature: FeatureSketch,
  of?: 'judged' | 'right',
): SketchFeatureRecord {
  const { bins, ...state } = feature.state();
  return {
    type: 'sketch-feature',
    name,
    ...(of ? { of } : {}),
    ...(feature.complement ? { complement: true } : {}),
    count: state.count,
    ...present({ min: state.min, max: state.max }),
    gaps: bins.map((bin, i) => bin - (bins[i - 1] ?? 0)),
    counts: state.counts,
  };
}

/** Adds what a record of a sketch holds. False: this is none. */
export function absorbRecord(into: WindowSketch, record: AnyRecord): boolean {
  if (record.type === 'sketch') absorbHead(into, record);
  else if (record.type === 'sketch-feature') absorbFeature(into, record);
  else if (record.type === 'sketch-embedding') into.embeddings.add(numbers(record, 'vector'));
  else return false;
  return true;
}

function absorbHead(into: WindowSketch, record: AnyRecord): void {
  if (record.format !== sketchFormat)
    throw new RangeError(
      `is a sketch of format ${shown(record.format)}; format ${sketchFormat} was expected`,
    );
  const read = new WindowSketch();
  read.rows = wholeField(record, 'rows');
  read.copies = record.copies === undefined ? 0 : wholeField(record, 'copies');
  read.judged = wholeField(record, 'judged');
  read.right = wholeField(record, 'right');
  readCounts(record, 'predictions', read.predictions);
  readCounts(record, 'labels', read.labels);
  for (const model of list(record, 'models')) read.models.add(String(model));
  absorbKinds(read, record);
  if (record.firstTime !== undefined) {
    read.firstTime = instant(record, 'firstTime');
    read.lastTime = instant(record, 'lastTime');
  }
  into.absorb(read);
}

function absorbFeature(into: WindowSketch, record: AnyRecord): void {
  const { name, of } = record;
  if (typeof name !== 'string') throw fault(record, 'name');
  const feature =
    of === 'judged'
      ? into.judgedConfidence
      : of === 'right'
        ? into.rightConfidence
        : into.feature(name);
  if (feature.complement !== (record.complement === true)) throw fault(record, 'complement');
  const gaps = numbers(record, 'gaps');
  const counts = numbers(record, 'counts');
  let bin = 0;
  const bins = gaps.map((gap) => {
    bin += gap;
    return bin;
  });
  const sum = counts.reduce((total, times) => total + times, 0);
  const count = wholeField(record, 'count');
  const fits =
    bins.length === counts.length &&
    sum === count &&
    [...gaps, ...counts].every((value) => Number.isSafeInteger(value) && value >= 0) &&
    bin < binCount;
  if (!fits) throw fault(record, 'counts');
  if (of === undefined) absorbPresence(feature.presence, record, count);
  if (count === 0) return;
  const [min, max] = [record.min, record.max];
  if (!Number.isFinite(min) || !Number.isFinite(max))
    throw fault(record, Number.isFinite(min) ? 'max' : 'min');
  feature.absorb({ count, min, max, bins, counts } as SketchState);
}

function readCounts(record: AnyRecord, field: string, into: LabelCounts): void {
  const { labels, counts } = (record[field] ?? {}) as { labels?: unknown; counts?: unknown };
  if (!isNumbers(labels) || !isNumbers(counts) || labels.length !== counts.length)
    throw fault(record, field);
  for (const [i, label] of labels.entries()) {
    const times = counts[i]!;
    if (!Number.isSafeInteger(times) || times < 0 || !Number.isSafeInteger(label))
      throw fault(record, field);
    into.set(label, times);
  }
}

function countLists(counts: LabelCounts): SketchRecord['labels'] {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return { labels: sorted.map(([label]) => label), counts: sorted.map(([, times]) => times) };
}

function list(record: AnyRecord, field: string): readonly unknown[] {
  const value = record[field];
  if (!Array.isArray(value)) throw fault(record, field);
  return value;
}

function numbers(record: AnyRecord, field: string): readonly number[] {
  const value = record[field];
  if (!isNumbers(value)) throw fault(record, field);
  return value;
}

/** Milliseconds since 1970, or before. */
function instant(record: AnyRecord, field: string): number {
  const value = record[field];
  if (!Number.isSafeInteger(value)) throw fault(record, field);
  return value as number;
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => Number.isFinite(item));

const fault = (record: AnyRecord, field: string) =>
  fieldFault(record, field, 'what fmnist-drift --sketch writes');
