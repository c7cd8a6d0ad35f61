/** The records of a report on a pipeline's folder (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

/** One part of the report. */
export interface PartRecord extends AnyRecord {
  readonly type: 'part';
  readonly part: string;
  readonly state: 'there' | 'absent';
  /** What it says, in one line; or why it is absent. */
  readonly answer: string;
  /** The files it rests on, by their names in the folder. */
  readonly files: readonly string[];
}

/** A file of the folder. */
export interface FileRecord extends AnyRecord {
  readonly type: 'file';
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Claim that two files of the folder belong together. */
export interface BelongsRecord extends AnyRecord {
  readonly type: 'belongs';
  readonly claim: string;
  readonly passed: boolean;
}

/** Accuracy of a model under a kind of corruption. */
export interface RobustnessRecord extends AnyRecord {
  readonly type: 'robustness';
  readonly corruption: string;
  /** 0 is the images as they are. */
  readonly severity: number;
  readonly images: number;
  readonly correct: number;
  readonly accuracy: number;
  /** SHA-256 of the model file, in hex. */
  readonly model: string;
}
