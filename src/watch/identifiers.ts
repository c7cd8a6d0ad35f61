/** Names for Prometheus: letters, digits and underscores, one of its own for each objective. */

import { createHash } from 'node:crypto';
import type { Objective } from './rules.js';

export interface Identifier {
  /** In the names of recorded series: `shirts_share`. */
  readonly series: string;
  /** In the names of alerts: `FmnistShirtsShare`. */
  readonly alert: string;
}

const slug = (name: string) => name.replace(/\W+/g, '_').replace(/^(\d)/, '_$1');
const camel = (name: string) =>
  `Fmnist_${name}`.replace(/[^a-zA-Z0-9]+(.)?/g, (_, c: string | undefined) =>
    (c ?? '').toUpperCase(),
  );

/**
 * In the order of the objectives. Where cleaning leaves nothing of a name, or the same of two, each has the
 * beginning of its SHA-256 behind it, so that it does not depend on the order.
 */
export function identifiersOf(objectives: readonly Objective[]): Identifier[] {
  const plain = objectives.map(({ name }) => ({ series: slug(name), alert: camel(name) }));
  return plain.map((own, i) => {
    const shared = plain.some(
      (other, k) => k !== i && (other.series === own.series || other.alert === own.alert),
    );
    if (!shared && /[a-zA-Z0-9]/.test(own.series)) return own;
    const digest = createHash('sha256').update(objectives[i]!.name).digest('hex').slice(0, 8);
    return { series: `${own.series.replace(/_$/, '')}_${digest}`, alert: `${own.alert}_${digest}` };
  });
}
