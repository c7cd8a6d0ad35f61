/** Records of the kinds of corruption (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

/** One corruption that fmnist-corrupt knows. */
export interface CorruptionRecord extends AnyRecord {
  readonly type: 'corruption';
  readonly name: string;
  /** `noise`, `blur`, `light`, `geometry`, `covering`, `digital`; `labels` where images stay as they are. */
  readonly family: string;
  readonly description: string;
  /** What the amounts measure. */
  readonly unit: string;
  /** The amounts of severities 1 to 5. */
  readonly amounts: readonly number[];
}
