/** Findings of `fmnist doctor`. */

import type { AnyRecord } from '../ndjson/records.js';

/** One thing looked at. */
export interface CheckRecord extends AnyRecord {
  readonly type: 'check';
  readonly subject: string;
  /** `fault`: the suite cannot work without it; `absent`: it can, with less. */
  readonly state: 'ok' | 'absent' | 'fault';
  readonly detail: string;
  /** What to do about it. */
  readonly next?: string;
}

/** Outcome of a check. */
export type Finding = Pick<CheckRecord, 'state' | 'detail'> & { readonly next?: string };
