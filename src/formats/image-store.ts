/** Images where they can be fetched in any order: in the files they came in where that is possible, else in a spool. */

import { closeSync, fstatSync, openSync } from 'node:fs';
import { OperationalError, systemReason } from '../core/errors.js';
import { type ImageShape, imageBytes } from '../idx/items.js';
import { readFully, Spool } from '../io/spool.js';
import { blockBytes } from './source.js';

/** Bytes by position. */
interface Store {
  /** Fills `target` with the bytes from `position` on. */
  readInto(target: Buffer, position: number): void;
  close(): unknown;
}

/** Position of one set's images in a store. */
export interface StoredImages {
  readonly store: Store;
  /** Byte position of the first image in the store. */
  readonly position: number;
}

export interface Segment extends StoredImages {
  readonly count: number;
}

/** Images as they were asked for: `start` counts those picked before. */
export interface PickedImages {
  readonly start: number;
  readonly count: number;
  /** [bytes] of whole images as IDX has them; the receiver's to keep. */
  readonly bytes: Buffer;
}

/** Keeps few files open, however many there are to read. */
const openFiles = 32;

export class ImageStore {
  /** For images that came through a pipe or in another format. */
  readonly spool = new Spool();
  readonly #files: FileStore[] = [];

  /** A store over the bytes of a regular file, as they stand. `name` must not change until it is read. */
  fileStore(name: string): Store {
    return new FileStore(name, this.#files);
  }

  /**
   * The images at `order` (all, as they come, where undefined) of segments that follow one another, packed into
   * blocks of about 1 MiB.
   */
  *pick(
    segments: readonly Segment[],
    shape: ImageShape,
    order: Uint32Array | undefined,
  ): Generator<PickedImages> {
    const unit = imageBytes(shape);
    const total = order?.length ?? shape.count;
    const most = Math.max(1, Math.floor(blockBytes / unit));
    const at = (i: number) => (order ? order[i]! : i);
    const fetch = new Fetcher(segments, unit);
    for (let start = 0; start < total; start += most) {
      const count = Math.min(most, total - start);
      const bytes = Buffer.allocUnsafeSlow(count * unit);
      for (let done = 0; done < count; ) {
        const first = at(start + done);
        let run = 1;
        while (done + run < count && at(start + done + run) === first + run) run++;
        fetch.into(bytes.subarray(done * unit, (done + run) * unit), first);
        done += run;
      }
      yield { start, count, bytes };
    }
  }

  async close(): Promise<void> {
    for (const file of [...this.#files]) file.close();
    await this.spool.close();
  }
}

/** Finds images in segments. */
class Fetcher {
  /** Index of the first image of each segment. */
  readonly #starts: number[] = [];

  constructor(
    readonly segments: readonly Segment[],
    readonly unit: number,
  ) {
    let start = 0;
    for (const { count } of segments) {
      this.#starts.push(start);
      start += count;
    }
  }

  /** Fills `target` with the images from `first` on, across segments where need be. */
  into(target: Buffer, first: number): void {
    let index = first;
    for (let done = 0; done < target.length; ) {
      const at = this.#segmentOf(index);
      const { store, position, count } = this.segments[at]!;
      const within = index - this.#starts[at]!;
      const images = Math.min(count - within, (target.length - done) / this.unit);
      const end = done + images * this.unit;
      store.readInto(target.subarray(done, end), position + within * this.unit);
      index += images;
      done = end;
    }
  }

  /** The last segment that starts at or before an image; empty ones share their start with the next. */
  #segmentOf(index: number): number {
    let low = 0;
    for (let high = this.segments.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= index) low = middle;
      else high = middle;
    }
    return low;
  }
}

class FileStore implements Store {
  #descriptor: number | undefined;
  /** What tells the file from a changed one. */
  #seen: string | undefined;

  constructor(
    readonly name: string,
    readonly open: FileStore[],
  ) {
    this.#reopen();
  }

  readInto(target: Buffer, position: number): void {
    try {
      const descriptor = this.#descriptor ?? this.#reopen();
      readFully(descriptor, target, position, this.name);
    } catch (error) {
      if (error instanceof OperationalError) throw error;
      throw new OperationalError(this.name, systemReason(error), { cause: error });
    }
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.open.splice(this.open.indexOf(this), 1);
  }

  #reopen(): number {
    if (this.open.length >= openFiles) this.open[0]?.close();
    const descriptor = openSync(this.name, 'r');
    this.#descriptor = descriptor;
    this.open.push(this);
    const { size, mtimeMs, ino } = fstatSync(descriptor);
    const stamp = [size, mtimeMs, ino].join();
    this.#seen ??= stamp;
    if (stamp !== this.#seen)
      throw new OperationalError(this.name, 'was changed while it was read');
    return descriptor;
  }
}
