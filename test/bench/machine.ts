/** What the figures were measured on. */

import { availableParallelism, cpus } from 'node:os';
import { version } from '../../src/cli/version.js';
import type { AnyRecord } from '../../src/ndjson/records.js';

export interface MachineRecord extends AnyRecord {
  readonly type: 'machine';
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly version: string;
}

/** This machine, without its name. */
export function thisMachine(): MachineRecord {
  return {
    type: 'machine',
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    node: process.version.slice(1),
    version: version(),
  };
}

/** `Measured on 2 cores of an X, Node 20.20.0, fmnist 0.1.0.`, from the last such record; nothing where there is none. */
export function machineSentence(records: readonly AnyRecord[]): readonly string[] {
  const found = records.findLast(({ type }) => type === 'machine') as MachineRecord | undefined;
  if (!found) return [];
  const { processor, cores, node, version } = found;
  return [
    `Measured on ${cores} core${cores === 1 ? '' : 's'} (${processor}), Node ${node}, fmnist ${version}.`,
  ];
}
