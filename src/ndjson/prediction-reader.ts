/** Reads a file of predictions, checking every record against the classes it is about. */

import { OperationalError, withSource } from '../core/errors.js';
import { isShown, shown } from '../core/json.js';
import { type ClassList, classListFrom, indexOfLabel, sameClasses } from '../idx/classes.js';
import type { ByteReader } from '../io/byte-reader.js';
import { decodeRecords } from './decode.js';
import { fieldFault, wholeField } from './record-fields.js';
import type { AnyRecord } from './records.js';

/** A checked prediction, with class indexes in place of label values. */
export interface ReadPrediction {
  /** For complaints: the file and the line that it stands on. */
  readonly where: string;
  readonly index: number;
  /** Index of the first image with the same pixels; undefined of an image that is the first. */
  readonly copyOf: number | undefined;
  readonly truth: number | undefined;
  readonly prediction: number;
  /** [classes]; reused for the next prediction. */
  readonly probabilities: Float32Array;
}

const isBefore = (value: unknown, index: number) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < index;

/** Tolerance of the sum of an image's probabilities, which other programs round. */
const sumTolerance = 1e-2;

/**
 * The predictions of one or more concatenated files; `runs` and `classes` are known from the first prediction on.
 * Records of other types are skipped.
 */
export class PredictionReader {
  /** The `run` records met so far. */
  readonly runs: AnyRecord[] = [];
  /** The digests of images met so far: one a file that is whole, from those that write it. */
  readonly imageDigests: string[] = [];
  classes: ClassList | undefined;
  #indexOf: Int16Array = new Int16Array(256).fill(-1);
  #probabilities = new Float32Array(0);
  #where = '';

  constructor(readonly reader: ByteReader) {}

  async *predictions(): AsyncGenerator<ReadPrediction> {
    for await (const { where, record } of decodeRecords(this.reader)) {
      this.#where = where;
      if (record.type === 'run') this.runs.push(record);
      else if (record.type === 'classes') this.#takeClasses(record);
      else if (record.type === 'images') this.#takeDigest(record);
      else if (record.type === 'prediction') yield { where, ...this.#readPrediction(record) };
    }
  }

  #takeDigest(record: AnyRecord): void {
    const { digest } = record;
    if (typeof digest !== 'string') this.#refuse(fieldFault(record, 'digest', 'a SHA-256').message);
    this.imageDigests.push(digest);
  }

  #takeClasses(record: AnyRecord): void {
    const classes = withSource(this.#where, () => classListFrom(record, 'the classes record'));
    if (this.classes && !sameClasses(this.classes, classes))
      this.#refuse(
        'the classes differ from those before; predictions about the same classes were expected',
      );
    this.classes = classes;
    this.#indexOf = indexOfLabel(this.classes);
    this.#probabilities = new Float32Array(classes.labels.length);
  }

  #readPrediction(record: AnyRecord): Omit<ReadPrediction, 'where'> {
    if (!this.classes)
      this.#refuse(
        'a prediction comes before any classes record; run, classes, then predictions were expected',
      );
    const index = withSource(this.#where, () => wholeField(record, 'index'));
    const { copyOf } = record;
    if (copyOf !== undefined && !isBefore(copyOf, index))
      this.#refuse(`'copyOf' ${isShown(copyOf)}; the index of an image before was expected`);
    this.#readProbabilities(record);
    return {
      index,
      copyOf: copyOf as number | undefined,
      truth: record.label === undefined ? undefined : this.#classOf('label', record.label),
      prediction: this.#classOf('prediction', record.prediction),
      probabilities: this.#probabilities,
    };
  }

  #classOf(field: string, label: unknown): number {
    const at = typeof label === 'number' ? (this.#indexOf[label] ?? -1) : -1;
    if (at < 0)
      this.#refuse(
        `the ${field} is ${shown(label)}, none of the classes; one of ${this.classes?.labels.join(', ')} was expected`,
      );
    return at;
  }

  #readProbabilities({ probabilities }: AnyRecord): void {
    const list = this.#probabilities;
    if (probabilities === undefined)
      this.#refuse(
        'the prediction has no probabilities; one a class was expected (fmnist-predict writes them unless --top is given)',
      );
    if (!Array.isArray(probabilities) || probabilities.length !== list.length)
      this.#refuse(
        `the probabilities are ${Array.isArray(probabilities) ? `a list of ${probabilities.length}` : shown(probabilities)}; a list of ${list.length}, one a class, was expected`,
      );
    let sum = 0;
    for (let i = 0; i < list.length; i++) {
      const value = probabilities[i];
      if (typeof value !== 'number' || !(value >= 0 && value <= 1))
        this.#refuse(`probability ${i} ${isShown(value)}; a number from 0 to 1 was expected`);
      list[i] = value;
      sum += value;
    }
    if (Math.abs(sum - 1) > sumTolerance)
      this.#refuse(`the probabilities sum to ${Number(sum.toPrecision(6))}; 1 was expected`);
  }

  #refuse(problem: string): never {
    throw new OperationalError(this.#where, problem);
  }
}
