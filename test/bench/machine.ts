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
  const found = records.findLast(isMachine);
  return found ? [`Measured on ${described(found)}.`] : [];
}

/**
 * The same where each record was measured on the machine in front of it: one sentence, or where there are several
 * machines one for each, with the names of what was measured there.
 */
export function machineSentences(
  records: readonly AnyRecord[],
  nameOf: (record: AnyRecord) => string,
): readonly string[] {
  const measured = new Map<string, Set<string>>();
  let names: Set<string> | undefined;
  for (const record of records) {
    if (isMachine(record)) {
      const machine = described(record);
      names = measured.get(machine) ?? new Set();
      measured.set(machine, names);
    } else names?.add(nameOf(record));
  }
  if (measured.size < 2) return machineSentence(records);
  return [...measured].map(
    ([machine, those]) => `Measured on ${machine}: ${[...those].join(', ')}.`,
  );
}

const isMachine = (record: AnyRecord): record is MachineRecord => record.type === 'machine';

/** `2 cores (X), Node 20.20.0, fmnist 0.1.0` */
function described({ processor, cores, node, version }: MachineRecord): string {
  return `${cores} core${cores === 1 ? '' : 's'} (${processor}), Node ${node}, fmnist ${version}`;
}
