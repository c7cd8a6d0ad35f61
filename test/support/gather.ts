/** Statistics over sets made in memory. */

import { openSet } from '../../src/idx/set-reader.js';
import { encodeRecord } from '../../src/ndjson/encode.js';
import type { AnyRecord } from '../../src/ndjson/records.js';
import { Gathering } from '../../src/profile/gather.js';
import { statisticsRecords } from '../../src/profile/records.js';
import { makeItem, readerOf } from './streams.js';

/** Counts streams, one behind the other, as one set; `pieces` is how their bytes come. */
export async function gatherStreams(
  streams: readonly Buffer[],
  pieces = 65_536,
): Promise<Gathering> {
  const gathering = new Gathering();
  for (const bytes of streams)
    await gathering.addSet(
      await openSet(readerOf(bytes, pieces), { labels: 'optional' }),
      () => {},
    );
  return gathering;
}

/** Adds partial results, each as its program wrote it. */
export async function gatherPartials(texts: readonly string[]): Promise<Gathering> {
  const gathering = new Gathering();
  for (const text of texts) await gathering.addPartials(readerOf(Buffer.from(text)));
  return gathering;
}

export const lines = (records: Iterable<AnyRecord>) => [...records].map(encodeRecord).join('');
export const reportLines = (gathering: Gathering) =>
  lines(statisticsRecords(gathering.summary(), 1000));
export const partialLines = (gathering: Gathering) => lines(gathering.partial());

/** A labelled stream of given pixels. */
export function streamOf(
  pixels: Uint8Array | Float32Array,
  labels: Uint8Array | undefined,
  rows: number,
  columns: number,
  annotation: Buffer = Buffer.alloc(0),
): Buffer {
  const count = pixels.length / (rows * columns);
  return Buffer.concat([
    annotation,
    labels ? makeItem([count], labels) : Buffer.alloc(0),
    makeItem([count, rows, columns], pixels),
  ]);
}
