/** The table of the power study: after how many images each change is found, and how often there was a false alarm. */

import type { AnyRecord } from '../../src/ndjson/records.js';
import { percent } from '../../src/picture/numbers.js';
import { machineSentence } from './machine.js';
import type { Sheet } from './markdown.js';
import { ofType } from './store.js';

/** What the tests may look at: the images, what the model says of them, or both. */
export type Scope = 'both' | 'images' | 'model';

export const alphas = [0.01, 0.05] as const;

/** Points of share that a class gets more. */
export const mixShifts = [5, 10, 20] as const;

export interface PowerStudy extends AnyRecord {
  readonly type: 'power-study';
  readonly reference: number;
  readonly corrupted: number;
  readonly tests: readonly string[];
  readonly quietWindows: number;
  readonly changedWindows: number;
  readonly wanted: number;
}

/** Of windows without a change, how many were said to drift. */
export interface FalseAlarms extends AnyRecord {
  readonly type: 'false-alarms';
  readonly size: number;
  readonly scope: Scope;
  readonly alpha: number;
  readonly windows: number;
  readonly alarms: number;
}

/** With how many images a change is found; absent where `largest` were not enough. */
export interface Found extends AnyRecord {
  readonly type: 'found';
  /** A corruption, or `mix Bag`: that class is more frequent. */
  readonly change: string;
  /** 1 to 5; of a mix, in points of share. */
  readonly severity: number;
  readonly scope: Scope;
  readonly alpha: number;
  readonly images?: number;
  readonly largest: number;
}

/** `50`, `> 1000`, `–` where it was not tried. */
export function imagesWords(found: Found | undefined): string {
  if (!found) return '–';
  return found.images === undefined ? `> ${found.largest}` : String(found.images);
}

export function findingOf(records: readonly AnyRecord[]) {
  const found = ofType<Found>(records, 'found');
  return (change: string, severity: number, scope: Scope = 'both', alpha = 0.01) =>
    found.find(
      (f) =>
        f.change === change && f.severity === severity && f.scope === scope && f.alpha === alpha,
    );
}

/** Corruptions, in the order of the study. */
export function changesOf(records: readonly AnyRecord[]): string[] {
  const changes = ofType<Found>(records, 'found').map(({ change }) => change);
  return [...new Set(changes)].filter((change) => !change.startsWith('mix '));
}

/** Class mixes: `mix Bag`. */
export function mixesOf(records: readonly AnyRecord[]): string[] {
  const changes = ofType<Found>(records, 'found').map(({ change }) => change);
  return [...new Set(changes)].filter((change) => change.startsWith('mix '));
}

export function powerSheet(records: readonly AnyRecord[]): Sheet {
  const finding = findingOf(records);
  const rows = changesOf(records).map((change) => [
    change,
    ...[1, 2, 3, 4, 5].map((severity) => imagesWords(finding(change, severity))),
    ...(['images', 'model'] as const).map((scope) => imagesWords(finding(change, 3, scope))),
    imagesWords(finding(change, 3, 'both', 0.05)),
  ]);
  return {
    header: [
      'images until it is found',
      '1',
      '2',
      '3',
      '4',
      '5',
      '3, images alone',
      '3, model alone',
      '3, at 5 %',
    ],
    rows,
    notes: [
      ...studySentence(records),
      mixSentence(records),
      alarmSentence(records),
      ...machineSentence(records),
    ],
  };
}

function studySentence(records: readonly AnyRecord[]): string[] {
  const [study] = ofType<PowerStudy>(records, 'power-study');
  if (!study) return [];
  return [
    `Severities 1 to 5 of every corruption, tested by every feature of \`fmnist-features\`, confidence, margin and predicted classes (${study.tests.length} tests), corrected together at a false-alarm rate of 1 %: the least window of which ${percent(study.wanted, 0)} are found (of ${study.changedWindows}, drawn from ${study.corrupted} corrupted test images), against ${study.reference} validation images. (\`--least\` 5: by default nothing is said of fewer than 30.)`,
  ];
}

/** Medians over the classes. */
function mixSentence(records: readonly AnyRecord[]): string {
  const found = ofType<Found>(records, 'found').filter((f) => f.change.startsWith('mix '));
  const words = mixShifts.map((points) => {
    const of = found
      .filter((f) => f.severity === points && f.scope === 'both' && f.alpha === 0.01)
      .toSorted((a, b) => (a.images ?? Infinity) - (b.images ?? Infinity));
    // The upper of two in the middle: a window that was tried.
    const middle = of[of.length >> 1];
    const after = middle?.images ?? `more than ${middle?.largest}`;
    return `${points} points after ${after} images (${imagesWords(of[0])} to ${imagesWords(of.at(-1))})`;
  });
  return `A class that becomes more frequent, median over the classes: ${words.join(', ')}.`;
}

function alarmSentence(records: readonly AnyRecord[]): string {
  const alarms = ofType<FalseAlarms>(records, 'false-alarms').filter((f) => f.scope === 'both');
  const words = alphas.map((alpha) => {
    const of = alarms.filter((f) => f.alpha === alpha);
    const rates = of.map((f) => `${percent(f.alarms / f.windows, 2)} of ${f.size}`);
    return `at ${percent(alpha, 0)}, ${rates.join(', ')}`;
  });
  return `False alarms among ${alarms[0]?.windows ?? 0} clean windows of each size: ${words.join('; ')}.`;
}
