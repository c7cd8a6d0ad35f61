/** A report on a folder as records. */

import type { AnyRecord } from '../ndjson/records.js';
import type { BelongsRecord, FileRecord, PartRecord } from '../ndjson/report-records.js';
import type { FolderReport } from './part.js';

/** The records behind the `run` record: parts with their figures, then files, then what belongs together. */
export function* folderRecords({ parts, files, claims }: FolderReport): Generator<AnyRecord> {
  for (const { title, files: names, answer, absent, records } of parts) {
    yield {
      type: 'part',
      part: title,
      state: answer === undefined ? 'absent' : 'there',
      answer: answer ?? absent ?? '',
      files: names,
    } satisfies PartRecord;
    yield* records ?? [];
  }
  for (const file of files) yield { type: 'file', ...file } satisfies FileRecord;
  for (const claim of claims) yield { type: 'belongs', ...claim } satisfies BelongsRecord;
}
