/** Several sets, or partial results of some, counted as one. */

import { OperationalError, withSource } from '../core/errors.js';
import { normalizationFault } from '../idx/normalization.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import { decodeRecords } from '../ndjson/decode.js';
import type { AnyRecord } from '../ndjson/records.js';
import { Profiler } from './profiler.js';
import {
  joinMetadata,
  metadataOfRecord,
  metadataRecord,
  type SetMetadata,
  setMetadata,
} from './set-facts.js';
import { type Summary, summarize } from './summary.js';

export class Gathering {
  #facts: SetMetadata | undefined;
  #tally: Profiler | undefined;

  /** Counts the images of a set behind those there are; `progress` is told of images done. */
  async addSet(set: LabelledSet, progress: (images: number) => void): Promise<void> {
    const tally = withSource(set.source, () => {
      const { normalization } = set.annotation ?? {};
      const { rows, columns } = set.images;
      const fault = normalization && normalizationFault(normalization, rows * columns);
      if (fault) throw new RangeError(`the annotation's normalization: ${fault}`);
      return this.#begin(setMetadata(set));
    });
    const before = tally.images;
    for await (const batch of set.batches()) {
      withSource(set.source, () => tally.add(batch, before));
      progress(tally.images);
    }
  }

  /** Adds every partial result of a stream of records, and passes over records of other types. */
  async addPartials(reader: ByteReader): Promise<void> {
    let open = false;
    let last = '';
    for await (const { where, record } of decodeRecords(reader)) {
      if (record.type === 'partial-statistics') {
        withSource(where, () => {
          if (open) this.#tally?.endPartial();
          const { facts, images } = metadataOfRecord(record);
          this.#begin(facts).beginPartial(images);
        });
        open = true;
      } else if (record.type.startsWith('partial-')) {
        if (!open)
          throw new OperationalError(
            where,
            'belongs to a partial result whose beginning is missing',
          );
        withSource(where, () => this.#tally?.absorb(record));
      }
      last = where;
    }
    if (!open)
      throw new OperationalError(
        reader.source,
        'holds no partial results; fmnist-stats --partial writes them',
      );
    withSource(last, () => this.#tally?.endPartial());
  }

  /** The figures. Something must have been added. */
  summary(): Summary {
    const [tally, facts] = this.#gathered();
    return summarize(tally, facts);
  }

  /** The partial result of all. Something must have been added. */
  *partial(): Generator<AnyRecord> {
    const [tally, facts] = this.#gathered();
    yield metadataRecord(facts, tally.images);
    yield* tally.partial();
  }

  #begin(facts: SetMetadata): Profiler {
    this.#facts = this.#facts ? joinMetadata(this.#facts, facts) : facts;
    this.#tally ??= new Profiler(facts.shape);
    return this.#tally;
  }

  #gathered(): readonly [Profiler, SetMetadata] {
    if (!this.#tally || !this.#facts) throw new Error('nothing was gathered');
    return [this.#tally, this.#facts];
  }
}
