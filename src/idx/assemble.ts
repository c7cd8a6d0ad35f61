/** Groups the items of a stream, or of several streams one after another, into sets. */

import { OperationalError } from '../core/errors.js';
import type { Annotation } from './annotation.js';
import { checkCounts, type ImageShape } from './items.js';

/** Position of an item in its source. */
export interface ItemPosition {
  readonly source: string;
  /** Byte offset of its header. */
  readonly at: number;
}

export interface AssembledSet<Store> {
  /** Where the images came from, and the byte offset of their header where that tells sets apart. */
  readonly source: string;
  readonly at?: number;
  readonly annotation: Annotation | undefined;
  /** [count] label values; undefined without labels. */
  readonly labels: Uint8Array | undefined;
  readonly images: ImageShape;
  /** What the caller keeps of the images. */
  readonly store: Store;
}

interface Pending<Store> {
  annotation?: Annotation;
  labels?: Uint8Array;
  images?: { readonly shape: ImageShape; readonly store: Store; readonly place: ItemPosition };
  /** The item that came last. */
  place: ItemPosition;
}

/**
 * Takes items in the order of the stream. A set is an optional annotation, then labels and images in either
 * order, or images alone; labels right behind images belong to them.
 */
export class SetAssembler<Store> {
  readonly sets: AssembledSet<Store>[] = [];
  #pending: Pending<Store> | undefined;

  /** The labels that wait for the images to come, where there are some. */
  get waitingLabels(): Uint8Array | undefined {
    return this.#pending?.labels;
  }

  annotation(annotation: Annotation, place: ItemPosition): void {
    if (this.#pending?.annotation && !this.#pending.images && !this.#pending.labels)
      throw new OperationalError(
        place.source,
        `a second annotation at byte ${place.at}; labels or images were expected`,
      );
    this.end();
    this.#pending = { annotation, place };
  }

  labels(labels: Uint8Array, place: ItemPosition): void {
    if (this.#pending?.labels)
      throw new OperationalError(
        place.source,
        `more labels at byte ${place.at}, behind ${countOf(this.#pending)}; their images were expected`,
      );
    const images = this.#pending?.images;
    this.#pending = { ...this.#pending, labels, place };
    if (images) this.#complete(place);
  }

  images(shape: ImageShape, store: Store, place: ItemPosition): void {
    if (this.#pending?.images) this.end();
    this.#pending = { ...this.#pending, images: { shape, store, place }, place };
    if (this.#pending.labels) this.#complete(place);
  }

  /** Forgets all but the first `count` images of the set that was completed last. */
  truncate(count: number): void {
    const set = this.sets.pop();
    if (!set) return;
    const images = { ...set.images, count };
    this.sets.push({ ...set, images, labels: set.labels?.subarray(0, count) });
  }

  /** A set that was complete from the start, of another format. */
  whole(set: AssembledSet<Store>): void {
    this.end();
    this.sets.push(set);
  }

  /** No more items: images that still wait for labels have none; labels that wait for images are an error. */
  end(): void {
    if (!this.#pending) return;
    const { images, place } = this.#pending;
    if (!images)
      throw new OperationalError(
        place.source,
        `${countOf(this.#pending)} at byte ${place.at} without images; images were expected behind`,
      );
    this.#complete(place);
  }

  #complete({ source }: ItemPosition): void {
    const { annotation, labels, images } = this.#pending!;
    this.#pending = undefined;
    if (!images) return;
    const { shape, store, place } = images;
    if (labels) checkCounts(source, labels.length, shape.count);
    this.sets.push({ ...place, annotation, labels, images: shape, store });
  }
}

function countOf({ labels }: Pending<unknown>): string {
  return labels ? `${labels.length} labels` : 'an annotation';
}
