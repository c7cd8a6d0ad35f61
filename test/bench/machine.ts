/** What the figures were measured on. */

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { version } from '../../src/core/version.js';
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
    processor: processor(),
    cores: availableParallelism(),
    node: process.version.slice(1),
    version: version(),
  };
}

/** Its name; on Linux with family and model, for virtual machines call many generations by one name. */
function processor(): string {
  const name = cpus()[0]?.model.trim() ?? 'unknown processor';
  const told = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const [family, model] = [/^cpu family\s*: (\d+)$/m, /^model\s*: (\d+)$/m].map(
    (field) => field.exec(told)?.[1],
  );
  return family && model ? `${name}, family ${family}, model ${model}` : name;
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
  for (const { record, machine } of attributed(records)) {
    if (!machine) continue;
    const names = measured.get(described(machine)) ?? new Set();
    measured.set(described(machine), names.add(nameOf(record)));
  }
  return [...measured].map(([machine, names]) => {
    const those = measured.size > 1 ? `: ${[...names].join('; ')}` : '';
    return `Measured on ${machine}${those}.`;
  });
}

/** A record, and the machine that stands in front of it. */
export interface Attributed {
  readonly record: AnyRecord;
  readonly machine: MachineRecord | undefined;
}

/** Each record but the machines' own, in order, with the last machine in front of it. */
export function attributed(records: readonly AnyRecord[]): Attributed[] {
  let machine: MachineRecord | undefined;
  return records.flatMap((record) => {
    if (!isMachine(record)) return [{ record, machine }];
    machine = record;
    return [];
  });
}

/** The other way round: a machine's record in front of the first of the records in a row that were measured there. */
export function behindMachines(records: readonly Attributed[]): AnyRecord[] {
  let last = '';
  return records.flatMap(({ record, machine }) => {
    const name = machine ? described(machine) : last;
    const same = name === last;
    last = name;
    return machine && !same ? [machine, record] : [record];
  });
}

const isMachine = (record: AnyRecord): record is MachineRecord => record.type === 'machine';

/** `2 cores (X), Node 20.20.0, fmnist 0.1.0` */
function described({ processor, cores, node, version }: MachineRecord): string {
  return `${cores} core${cores === 1 ? '' : 's'} (${processor}), Node ${node}, fmnist ${version}`;
}
