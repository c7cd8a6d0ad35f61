/**
 * Reader of observations: images, predictions, a service's log, features or sketches, checked
 * against the reference.
 */

import { displayName, OperationalError } from '../core/errors.js';
import { type ClassList, classesOf, classListFrom, sameClasses } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import { type DamagedLine, decodeRecords, passOver } from '../ndjson/decode.js';
import { LabelJoin } from '../ndjson/label-join.js';
import type { AnyRecord } from '../ndjson/records.js';
import { imageObservations } from './image-observations.js';
import { loggedImage } from './logged-image.js';
import type { Judgement, Observation } from './observation.js';
import { delayedLabelOf, observationOf } from './record-observations.js';
import { absorbRecord } from './sketch-records.js';
import { WindowSketch } from './window-sketch.js';

export interface ObservationReaderOptions {
  /** What it will be compared with: classes and models must be the same. */
  readonly reference?: WindowSketch | undefined;
  /** Only what this model of the service said. */
  readonly model?: string | undefined;
  /** Models other than the reference's are welcome. */
  readonly anyModel?: boolean;
  /** Rows with their images, where they are there. */
  readonly images?: boolean;
  /** Told of lines that are passed over because they are damaged; without it a damaged line is an error. */
  readonly damaged?: ((damage: DamagedLine) => void) | undefined;
}

/** Digests may be cut short: a service notes the beginning. */
const sameModel = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);

export class ObservationReader {
  /** What came as sketches. */
  readonly sketched = new WindowSketch();
  classes: ClassList | undefined;
  readonly models = new Set<string>();
  /** Records passed over, by type; a shadow's answers count as `shadow`. */
  readonly passed = new Map<string, number>();
  readonly #served = new LabelJoin<Judgement>();
  #embeddingWidth: number | undefined;
  #runModel: string | undefined;

  constructor(readonly options: ObservationReaderOptions = {}) {
    this.classes = options.reference?.classes;
    this.#embeddingWidth = options.reference?.embeddings.width;
  }

  /** The rows of a source, as they come. Sketches are added to `sketched` instead. */
  async *rows(reader: ByteReader): AsyncGenerator<Observation> {
    const [first] = await reader.peek(1);
    if (first === undefined)
      throw new OperationalError(
        reader.source,
        'is empty; images, records or a sketch were expected',
      );
    if (first !== 0) {
      yield* this.#recordRows(reader);
      return;
    }
    const set = await openSet(reader, { labels: 'optional' });
    const classes = classesOf(set.annotation);
    if (classes) this.#takeClasses(classes, displayName(reader.source));
    yield* imageObservations(set, this.options.images);
  }

  async *#recordRows(reader: ByteReader): AsyncGenerator<Observation> {
    const { damaged } = this.options;
    this.#runModel = undefined;
    for await (const numbered of decodeRecords(reader, undefined, damaged)) {
      let row: Observation | undefined;
      try {
        row = this.#take(numbered.record, numbered.where);
      } catch (error) {
        passOver(error, numbered, damaged);
      }
      if (row) yield row;
    }
  }

  #take(record: AnyRecord, where: string): Observation | undefined {
    if (record.type === 'run') {
      this.#runModel = typeof record.model === 'string' ? record.model : undefined;
      return undefined;
    }
    if (record.type === 'classes') {
      this.#takeClasses(classListFrom(record), where);
      return undefined;
    }
    if (absorbRecord(this.sketched, record)) {
      if (record.classes !== undefined) this.#takeClasses(classListFrom(record.classes), where);
      for (const model of this.sketched.models) this.#takeModel(model, where);
      if (record.type === 'sketch-embedding')
        this.#takeWidth((record.vector as unknown[]).length, where);
      return undefined;
    }
    if (record.type === 'served' && !this.#isAskedFor(record)) return undefined;
    // Ends a file of predictions, and says nothing that is compared.
    if (record.type === 'images') return undefined;
    if (record.type === 'feedback') return this.#judge(record, where);
    const observed = observationOf(record);
    if (!observed) {
      this.#pass(record.type);
      return undefined;
    }
    this.#check(observed, record, where);
    const row = record.type === 'served' ? this.#note(observed, record) : observed;
    return this.options.images && record.type === 'served'
      ? { ...row, image: loggedImage(record) }
      : row;
  }

  /** A label that comes later is told by request and position; where a log lacks them, none can come. */
  #note(row: Observation, { id, index }: AnyRecord): Observation {
    const { prediction, confidence, label } = row;
    if (prediction === undefined || typeof id !== 'string' || typeof index !== 'number') return row;
    const judgement: Judgement = { prediction, confidence, label };
    this.#served.note(id, index, judgement, label);
    return { ...row, judgement };
  }

  /** The observation of a first label; one told anew changes what was counted, if its window is open. */
  #judge(record: AnyRecord, where: string): Observation | undefined {
    const { id, index, label, time } = delayedLabelOf(record);
    const joined = this.#served.label(id, index, label);
    if (joined === undefined || joined === 'ambiguous') {
      this.#pass(joined === 'ambiguous' ? 'ambiguous feedback' : 'feedback');
      return undefined;
    }
    const judgement = joined.value.copyOf ?? joined.value;
    const { prediction, confidence } = judgement;
    const kind = 'served' as const;
    const row = { kind, features: [], prediction, confidence, label, time, late: true, judgement };
    this.#check(row, record, where);
    if (judgement.label === undefined) {
      judgement.label = label;
      return row;
    }
    if (label === judgement.label) return undefined;
    if (judgement.countedBy?.closed === false) judgement.countedBy.relabel(judgement, label);
    else this.#pass('feedback too late');
    return undefined;
  }

  #isAskedFor({ shadow, model }: AnyRecord): boolean {
    if (shadow === true) this.#pass('shadow');
    else if (this.options.model !== undefined && model !== this.options.model)
      this.#pass('other model');
    else return true;
    return false;
  }

  #check({ prediction, label, embedding }: Observation, record: AnyRecord, where: string): void {
    if (embedding) this.#takeWidth(embedding.length, where);
    const model =
      record.type === 'served'
        ? record.version
        : record.type === 'prediction'
          ? this.#runModel
          : undefined;
    if (typeof model === 'string' && !this.models.has(model)) this.#takeModel(model, where);
    if (!this.classes) return;
    for (const [name, value] of [
      ['prediction', prediction],
      ['label', label],
    ] as const)
      if (value !== undefined && !this.classes.labels.includes(value))
        throw new OperationalError(
          where,
          `the ${name} ${value} is none of the classes; one of ${this.classes.labels.join(', ')} was expected`,
        );
  }

  #takeModel(model: string, where: string): void {
    const { reference, anyModel } = this.options;
    const known = [...(reference?.models ?? [])];
    if (!anyModel && known.length > 0 && !known.some((other) => sameModel(model, other)))
      throw new OperationalError(
        where,
        `was said by model ${short(model)}, the reference by ${known.map(short).join(', ')}; the same model was expected (--any-model compares them all the same)`,
      );
    this.models.add(model);
  }

  #takeWidth(width: number, where: string): void {
    this.#embeddingWidth ??= width;
    if (width !== this.#embeddingWidth)
      throw new OperationalError(
        where,
        `holds an embedding of ${width} numbers; ${this.#embeddingWidth} were expected, as before`,
      );
  }

  #takeClasses(classes: ClassList, where: string): void {
    const ours = this.classes;
    if (ours && !sameClasses(ours, classes))
      throw new OperationalError(
        where,
        `is about the classes ${classes.names.join(', ')}; ${ours.names.join(', ')} were expected`,
      );
    this.classes = classes;
  }

  #pass(type: string): void {
    this.passed.set(type, (this.passed.get(type) ?? 0) + 1);
  }

  /** Everything that came, as one sketch; with the classes and models it is about. */
  complete(sketch: WindowSketch): WindowSketch {
    sketch.absorb(this.sketched);
    sketch.classes = this.classes;
    for (const model of this.models) sketch.models.add(model);
    return sketch;
  }
}

const short = (digest: string) => digest.slice(0, 12);
