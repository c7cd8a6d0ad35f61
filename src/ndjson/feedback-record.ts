/** Feedback record: the true label of a served image, known later (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

export interface FeedbackRecord extends AnyRecord {
  readonly type: 'feedback';
  /** When it was said: ISO 8601, UTC. */
  readonly time: string;
  /** The request, and the position of the image in it, as in the `served` record. */
  readonly id: string;
  readonly index: number;
  /** The true label. */
  readonly label: number;
}
