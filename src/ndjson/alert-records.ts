/** Records of alerts and objectives, as fmnist-watch writes them (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

/** An alert begins or ends. */
export interface AlertRecord extends AnyRecord {
  readonly type: 'alert';
  readonly state: 'firing' | 'resolved';
  readonly objective: string;
  readonly kind: string;
  readonly severity: string;
  /** When it was so, and since when: ISO 8601, UTC. */
  readonly time: string;
  readonly since: string;
  readonly message: string;
  readonly value?: number;
  readonly limit?: number;
  readonly bad?: number;
  readonly total?: number;
  /** Milliseconds. */
  readonly window?: number;
}

/** State of an objective over all events that were read. */
export interface SloRecord extends AnyRecord {
  readonly type: 'slo';
  readonly name: string;
  readonly kind: string;
  readonly good: number;
  readonly total: number;
  /** good / total; absent where there was nothing. */
  readonly share?: number;
  /** What it should be. */
  readonly target?: number;
  readonly from?: number;
  readonly to?: number;
  readonly met?: boolean;
  /** Of the error budget of these events, the share that is used. */
  readonly budgetUsed?: number;
  readonly firing: boolean;
}
