/** Accuracy against the time of training: how soon each contender reaches an accuracy, as a table and a picture. */

import type { AnyRecord } from '../../src/ndjson/records.js';
import { type LineChart, lineChart, type Series } from '../../src/picture/line-chart.js';
import { percent } from '../../src/picture/numbers.js';
import type { HueName } from '../../src/picture/palette.js';
import { clock } from './figures.js';
import { attributed, behindMachines, machineSentences } from './machine.js';
import type { Sheet } from './markdown.js';
import { ofType } from './store.js';

/** A finished run. */
export interface Curve extends AnyRecord {
  readonly type: 'curve';
  /** `fmnist default`, `Keras, augmented`. */
  readonly contender: string;
  /** Name and version of what trained. */
  readonly program: string;
  /** Seconds of training behind each epoch, validation not counted; ascending. */
  readonly seconds: readonly number[];
  /** Share of the validation images that are right, behind each epoch. */
  readonly accuracy: readonly number[];
  /** Whether it ended by itself; otherwise its time was up. */
  readonly ended: boolean;
}

export const milestones = [0.9134, 0.92, 0.93, 0.94] as const;

/** Seconds of training behind the first epoch that is at least so accurate; undefined where none is. */
export function secondsTo(
  { seconds, accuracy }: Pick<Curve, 'seconds' | 'accuracy'>,
  share: number,
): number | undefined {
  // Shares of whole images: what is printed as 92 % may be a rounding short of it in binary.
  const at = accuracy.findIndex((reached) => reached >= share - 1e-9);
  return at < 0 ? undefined : seconds[at];
}

/** The last record of each contender, in the order in which they first appear. */
export function latestCurves(records: readonly AnyRecord[]): Curve[] {
  return ofType<Curve>(newestCurves([], records), 'curve');
}

/** The contenders that ran again in place of what they were, the others as they were; each behind its machine. */
export function newestCurves(
  before: readonly AnyRecord[],
  built: readonly AnyRecord[],
): AnyRecord[] {
  const curves = attributed([...before, ...built]).filter(({ record }) => record.type === 'curve');
  const newest = new Map(curves.map((curve) => [(curve.record as Curve).contender, curve]));
  return behindMachines([...newest.values()]);
}

export function curvesSheet(records: readonly AnyRecord[]): Sheet {
  const curves = latestCurves(records);
  const programs = [...new Set(curves.map(({ program }) => program))];
  return {
    header: [
      'training time to',
      ...milestones.map((share) => percent(share, share * 100 === Math.round(share * 100) ? 0 : 2)),
      'best',
      'epochs',
      'in all',
    ],
    rows: curves.map((curve) => [
      curve.contender,
      ...milestones.map((share) => clock(secondsTo(curve, share) ?? Number.NaN)),
      curve.accuracy.length > 0 ? percent(Math.max(...curve.accuracy), 2) : '–',
      String(curve.accuracy.length),
      `${clock(curve.seconds.at(-1) ?? Number.NaN)}${curve.ended ? '' : ', cut off'}`,
    ]),
    notes: [
      `Accuracy on the validation images, behind each epoch; time of training alone, without start-up and validation, for all alike. One run each, one after the other${programs.length > 0 ? `: ${programs.join(', ')}` : ''}.`,
      ...machineSentences(newestCurves([], records), ({ contender }) => String(contender)),
    ],
  };
}

const hues: readonly (readonly [RegExp, HueName])[] = [
  [/fast/, 'sky'],
  [/default/, 'blue'],
  [/fmnist/, 'purple'],
  [/PyTorch/, 'orange'],
  [/Keras/, 'green'],
];

/** Two panels over minutes of training: the peers with augmentation, and without; ours in both. */
export function curvesPicture(records: readonly AnyRecord[]): string {
  const curves = latestCurves(records).filter(({ accuracy }) => accuracy.length > 0);
  const all = curves.flatMap(({ accuracy }) => [...accuracy]);
  const augmented = (curve: Curve) => curve.contender.includes('augmented');
  const ours = curves.filter(({ contender }) => contender.startsWith('fmnist'));
  const peers = curves.filter((curve) => !ours.includes(curve));
  const top = Math.min(1, Math.ceil(Math.max(...all) * 100) / 100);
  const range = [Math.min(0.88, Math.max(0, top - 0.04)), top] as const;
  const panel = (title: string, others: readonly Curve[]) => ({
    title,
    series: [...ours, ...others].map((curve) => seriesOf(curve, range[0])),
    range,
    format: (share: number) => `${Number((share * 100).toFixed(1))} %`,
  });
  const chart: LineChart = {
    title: 'Accuracy against time of training',
    subtitle: 'best validation accuracy so far; validation not counted',
    description: curves
      .map((c) => `${c.contender}: ${percent(Math.max(...c.accuracy), 2)} at best.`)
      .join(' '),
    xLabel: 'minutes',
    panels: [
      panel(
        'Peers without augmentation',
        peers.filter((curve) => !augmented(curve)),
      ),
      panel('Peers with their augmentation', peers.filter(augmented)),
    ].filter(({ series }) => series.length > 0),
  };
  return lineChart(chart);
}

/** The best so far; points below the panel are left out, but for one on its edge from which the line comes up. */
function seriesOf({ contender, seconds, accuracy }: Curve, floor: number): Series {
  let best = 0;
  const points = accuracy.map((reached, i) => {
    best = Math.max(best, reached);
    return { x: seconds[i]! / 60, y: best };
  });
  const first = points.findIndex(({ y }) => y >= floor);
  const shown = first < 0 ? [] : points.slice(first);
  const before = points[first - 1];
  const from = before && shown[0] ? [{ x: crossing(before, shown[0], floor), y: floor }] : [];
  const hue = hues.find(([word]) => word.test(contender))?.[1];
  const name = contender.replace(', augmented', '').replace('fmnist ', '');
  return { name, points: [...from, ...shown], ...(hue ? { hue } : {}) };
}

/** Where the line from one point to the next passes a height. */
function crossing(a: { x: number; y: number }, b: { x: number; y: number }, height: number) {
  return b.y > a.y ? a.x + ((height - a.y) / (b.y - a.y)) * (b.x - a.x) : b.x;
}
