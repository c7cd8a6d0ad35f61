/** All that is kept of a reference or a window: sketches and counts that add up exactly, whatever the order and the shards. */

import type { ClassList } from '../idx/classes.js';
import { EmbeddingSample } from './embedding-sample.js';
import { FeatureSketch } from './feature-sketch.js';
import { ImageExtremes } from './image-extremes.js';
import { complemented, type Judgement, type Observation, type Relabelling } from './observation.js';
import { addCounts, kindIndex, noRows, Presence } from './presence.js';
import { RecentPrints } from './recent-prints.js';

/** Counts by label value. */
export type LabelCounts = Map<number, number>;

export class WindowSketch implements Relabelling {
  closed = false;
  rows = 0;
  /** [kinds] the rows of each kind. */
  readonly rowsByKind = noRows();
  /** Which rows have what is no feature. */
  readonly presence = { prediction: new Presence(), embedding: new Presence() } as const;
  /** Copies of images that are among the rows, and are not counted again. */
  copies = 0;
  readonly features = new Map<string, FeatureSketch>();
  readonly predictions: LabelCounts = new Map();
  readonly labels: LabelCounts = new Map();
  /** Of the rows with a prediction and a label: all, and those that are right. */
  judged = 0;
  right = 0;
  /** Confidences of the judged rows, and of the right ones among them: what estimated accuracy is calibrated by. */
  readonly judgedConfidence = new FeatureSketch(true);
  readonly rightConfidence = new FeatureSketch(true);
  readonly embeddings = new EmbeddingSample();
  classes: ClassList | undefined;
  /** Digests of the models whose predictions these are, as the records give them. */
  readonly models = new Set<string>();
  firstTime: number | undefined;
  lastTime: number | undefined;
  /** Images to be shown, where they are wanted; no part of a written sketch. */
  readonly images: ImageExtremes | undefined;
  readonly #seen = new RecentPrints<Pick<Observation, 'judgement'>>();

  constructor({ images = false }: { readonly images?: boolean } = {}) {
    this.images = images ? new ImageExtremes() : undefined;
  }

  /** Adds a row; a copy of one is counted as such, and its label is that of the first. */
  add(row: Observation): void {
    if (row.time !== undefined) this.#see(row.time, row.time);
    if (!row.late && this.#isCopy(row)) return;
    const { prediction, confidence, label, embedding } = row;
    if (!row.late) {
      this.rows++;
      this.#note(row);
      if (prediction !== undefined) count(this.predictions, prediction);
      this.images?.add(row);
    }
    if (label !== undefined) count(this.labels, label);
    if (embedding) this.embeddings.add(embedding);
    if (prediction !== undefined && label !== undefined)
      this.#judge(prediction === label, confidence);
    if (row.judgement) row.judgement.countedBy = this;
  }

  /** Counts a label of an image that it has counted, in place of the one before. */
  relabel(judgement: Judgement, label: number): void {
    const { prediction, confidence, label: before } = judgement;
    judgement.label = label;
    count(this.labels, label);
    if (before === undefined) {
      this.#judge(prediction === label, confidence);
      return;
    }
    count(this.labels, before, -1);
    const change = Number(prediction === label) - Number(prediction === before);
    this.right += change;
    if (confidence === undefined) return;
    if (change > 0) this.rightConfidence.add(confidence);
    if (change < 0) this.rightConfidence.remove(confidence);
  }

  /** The numbers of a row, and which of those that its kind measures it lacks. */
  #note({ kind, features, confidence, prediction, embedding, blanks = [] }: Observation): void {
    const at = kindIndex[kind];
    this.rowsByKind[at]!++;
    for (const [name, value] of features) this.#take(name, value, at);
    if (confidence !== undefined) this.#take('confidence', confidence, at);
    if (prediction !== undefined) this.presence.prediction.values[at]!++;
    if (embedding) this.presence.embedding.values[at]!++;
    for (const name of blanks) this.presenceOf(name).blanks[at]!++;
  }

  #take(name: string, value: number, kind: number): void {
    const feature = this.feature(name);
    feature.add(value);
    feature.presence.values[kind]!++;
  }

  /** Which rows have a value of what is so called: a feature, `prediction` or `embedding`. */
  presenceOf(name: string): Presence {
    return name === 'prediction' || name === 'embedding'
      ? this.presence[name]
      : this.feature(name).presence;
  }

  /** The sketch of a feature, made where there is none. */
  feature(name: string): FeatureSketch {
    const known = this.features.get(name);
    if (known) return known;
    const made = new FeatureSketch(complemented.has(name));
    this.features.set(name, made);
    return made;
  }

  /** Adds what another sketch holds. */
  absorb(other: WindowSketch): void {
    this.rows += other.rows;
    this.copies += other.copies;
    addCounts(this.rowsByKind, other.rowsByKind);
    this.presence.prediction.absorb(other.presence.prediction);
    this.presence.embedding.absorb(other.presence.embedding);
    for (const [name, sketch] of other.features) {
      const feature = this.feature(name);
      feature.absorb(sketch.state());
      feature.presence.absorb(sketch.presence);
    }
    for (const [label, times] of other.predictions) count(this.predictions, label, times);
    for (const [label, times] of other.labels) count(this.labels, label, times);
    this.judged += other.judged;
    this.right += other.right;
    this.judgedConfidence.absorb(other.judgedConfidence.state());
    this.rightConfidence.absorb(other.rightConfidence.state());
    this.embeddings.absorb(other.embeddings);
    if (other.images) this.images?.absorb(other.images);
    this.classes ??= other.classes;
    for (const model of other.models) this.models.add(model);
    if (other.firstTime !== undefined)
      this.#see(other.firstTime, other.lastTime ?? other.firstTime);
  }

  #isCopy({ print, isCopy, judgement, label }: Observation): boolean {
    const first = print === undefined ? undefined : this.#seen.get(print);
    if (!isCopy && first === undefined) {
      if (print !== undefined) this.#seen.add(print, { judgement });
      return false;
    }
    this.copies++;
    if (!first?.judgement || !judgement) return true;
    judgement.copyOf = first.judgement;
    if (label !== undefined && label !== first.judgement.label)
      this.relabel(first.judgement, label);
    return true;
  }

  #judge(isRight: boolean, confidence: number | undefined): void {
    this.judged++;
    if (isRight) this.right++;
    if (confidence === undefined) return;
    this.judgedConfidence.add(confidence);
    if (isRight) this.rightConfidence.add(confidence);
  }

  #see(first: number, last: number): void {
    this.firstTime = Math.min(this.firstTime ?? first, first);
    this.lastTime = Math.max(this.lastTime ?? last, last);
  }
}

function count(counts: LabelCounts, label: number, times = 1): void {
  const sum = (counts.get(label) ?? 0) + times;
  if (sum === 0) counts.delete(label);
  else counts.set(label, sum);
}
