/** Parts of a report on a folder. */

import type { AnyRecord } from '../ndjson/records.js';
import type { PageSection } from '../picture/page.js';
import type { FileMetadata } from './folder.js';

/** One part of a report, whatever its format. */
export interface ReportPart {
  readonly title: string;
  /** The files it rests on, by their names in the folder; where it is absent, those it would rest on. */
  readonly files: readonly string[];
  /** What it says, in one line. Undefined: it is absent. */
  readonly answer?: string;
  /** Where it is absent: what would put it there, in words. */
  readonly absent?: string;
  /** The sections of the page that it fills. */
  readonly sections?: () => readonly PageSection[];
  /** Figures of its own, for programs. */
  readonly records?: readonly AnyRecord[];
}

/** A statement about files of the folder that is true or not. */
export interface Claim {
  readonly claim: string;
  readonly passed: boolean;
}

export interface FolderReport {
  /** `fashion-mnist`, or the folder's name. */
  readonly name: string;
  readonly synthetic: boolean;
  readonly parts: readonly ReportPart[];
  readonly files: readonly FileMetadata[];
  readonly claims: readonly Claim[];
}
