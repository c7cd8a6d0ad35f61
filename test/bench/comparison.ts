/** Comparisons with others, as records: what each part of `make bench` leaves in build/bench/, and what joins them to a table and a picture. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRecord } from '../../src/ndjson/encode.js';
import type { AnyRecord } from '../../src/ndjson/records.js';
import { barChart } from '../../src/picture/bar-chart.js';
import { paths } from '../support/paths.js';
import {
  type Attributed,
  attributed,
  behindMachines,
  machineSentences,
  thisMachine,
} from './machine.js';
import type { Sheet } from './markdown.js';
import { ofType, readResults } from './store.js';

/** One thing measured, beside what others need for it in the same rounds. */
export interface Comparison extends AnyRecord {
  readonly type: 'comparison';
  /** `training`, `inference`, `data`, `startup`, `scaling` or `serve`. */
  readonly part: string;
  /** What was done: `training, batches of 64`. */
  readonly task: string;
  /** `images/s`, `MB/s`, `ms`, … */
  readonly unit: string;
  /** Whether less of the unit is better. */
  readonly less: boolean;
  readonly ours: number;
  /** Name and version of each peer, and its figure; none where all are absent. */
  readonly peers: readonly { readonly name: string; readonly value: number }[];
}

export type Measured = Omit<Comparison, 'type' | 'part'>;

export const benchFolder = join(paths.root, 'build/bench');

/** Keeps what a part has measured, in place of what it had before. */
export function keepPart(part: string, measured: readonly Measured[]): void {
  mkdirSync(benchFolder, { recursive: true });
  const records = [thisMachine(), ...measured.map((m) => ({ type: 'comparison', part, ...m }))];
  writeFileSync(join(benchFolder, `${part}.ndjson`), records.map(encodeRecord).join(''));
}

/** The records of all parts that have been run, in the order of `parts`, others behind them. */
export function keptParts(parts: readonly string[]): AnyRecord[] {
  const files = readdirSync(benchFolder).filter((file) => file.endsWith('.ndjson'));
  const place = (file: string) => {
    const at = parts.indexOf(file.replace('.ndjson', ''));
    return at < 0 ? parts.length : at;
  };
  files.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return files.flatMap((file) => [...readResults(join(benchFolder, file))]);
}

/** The parts that were measured again in place of what they were, the others as they were; each behind its machine. */
export function newestParts(
  before: readonly AnyRecord[],
  built: readonly AnyRecord[],
): AnyRecord[] {
  return behindMachines([...new Map([...partsOf(before), ...partsOf(built)]).values()].flat());
}

function partsOf(records: readonly AnyRecord[]): Map<string, Attributed[]> {
  const parts = new Map<string, Attributed[]>();
  for (const measured of attributed(records)) {
    const { part } = measured.record as Comparison;
    parts.set(part, [...(parts.get(part) ?? []), measured]);
  }
  return parts;
}

/** The peer that is best at it; undefined where all are absent. */
export function bestPeer({ peers, less }: Pick<Comparison, 'peers' | 'less'>) {
  return peers.toSorted((a, b) => (less ? a.value - b.value : b.value - a.value))[0];
}

/** How many times as fast as the best peer; undefined where all are absent. */
export function timesAsFast(
  comparison: Pick<Comparison, 'peers' | 'less' | 'ours'>,
): number | undefined {
  const best = bestPeer(comparison);
  if (!best) return undefined;
  return comparison.less ? best.value / comparison.ours : comparison.ours / best.value;
}

export function benchSheet(records: readonly AnyRecord[]): Sheet {
  const rows = ofType<Comparison>(records, 'comparison').map((comparison) => {
    const times = timesAsFast(comparison);
    const theirs = comparison.peers.map(({ name, value }) => `${name} ${figure(value)}`);
    return [
      comparison.task,
      `${figure(comparison.ours)} ${comparison.unit}`,
      theirs.length > 0 ? theirs.join(', ') : 'absent',
      times === undefined ? '–' : `${times.toFixed(2)} ×`,
    ];
  });
  return {
    header: ['', 'fmnist', 'others', 'as fast as the best of them'],
    rows,
    notes: [
      'Medians of rounds in which all took turns, on the same data.',
      ...machineSentences(records, (record) => (record as Comparison).part),
    ],
  };
}

/** Parts of which the others are other people's programs. */
const contests = ['training', 'inference', 'data'];

/** Bars of how many times as fast as the best peer; undefined where nothing has a peer. */
export function benchPicture(records: readonly AnyRecord[]): string | undefined {
  const all = ofType<Comparison>(records, 'comparison').flatMap((comparison) => {
    const times = timesAsFast(comparison);
    const shown = times !== undefined && contests.includes(comparison.part);
    return shown ? [{ comparison, times }] : [];
  });
  if (all.length === 0) return undefined;
  return barChart({
    title: 'fmnist against the best of the others',
    subtitle: 'how many times as fast; medians, all in turn on one machine',
    description: all
      .map(({ comparison, times }) => `${comparison.task}: ${times.toFixed(2)} times as fast.`)
      .join(' '),
    labels: all.map(({ comparison }) => {
      const best = bestPeer(comparison)?.name;
      return `${comparison.task} (${best})`;
    }),
    series: [{ name: 'times as fast', values: all.map(({ times }) => times) }],
    format: (value) => `${value.toFixed(2)} ×`,
    mark: { value: 1, label: 'as fast' },
  });
}

/** 12345.6 → `12,346`; small figures keep three digits. */
function figure(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
}
