/** Latency under load as curves: by percentile, and over time. */

import type { LoadSecondRecord } from '../../ndjson/load-records.js';
import type { ChartPoint, LineChart, Panel, Series } from '../../picture/line-chart.js';
import { percent } from '../../picture/numbers.js';
import { hueOf } from '../../picture/palette.js';
import type { LoadCurve } from '../report.js';
import { loopWords, milliseconds, rateWords } from './wording.js';

/** The chart, for `lineChart`. */
export function loadChart(curves: readonly LoadCurve[]): LineChart {
  const [first] = curves;
  const names = namesOf(curves);
  const figures = curves.map(
    ({ record }, i) =>
      `${curves.length > 1 ? `${names[i]}: ` : ''}${rateWords(record.requestsPerSecond)} requests/s, p99 ${milliseconds(record.latency?.p99)}, ${percent(record.requests ? record.failed / record.requests : 0, 2)} failed`,
  );
  return {
    title: `Latency under load, ${first ? loopWords(first.record) : ''}`,
    subtitle: figures.join(' · '),
    description: `Latency by percentile and by second. ${figures.join('. ')}.`,
    xLabel: 'seconds',
    panels: [percentilePanel(curves, names), timePanel(curves, names)],
  };
}

/** Latency by second alone, which a terminal has room for. */
export function timePanel(curves: readonly LoadCurve[], names: readonly string[]): Panel {
  const series = curves.flatMap(({ seconds }, i): Series[] => {
    const points = (of: (record: LoadSecondRecord) => number | undefined): ChartPoint[] =>
      seconds.flatMap((record) => {
        const y = of(record);
        return y === undefined ? [] : [{ x: record.second, y }];
      });
    const prefix = curves.length > 1 ? `${names[i]} ` : '';
    return [
      { name: `${prefix}p50`, points: points(({ p50 }) => p50), hue: hueOf(2 * i) },
      { name: `${prefix}p99`, points: points(({ p99 }) => p99), hue: hueOf(2 * i + 1) },
    ];
  });
  return { title: 'Latency by second, ms', series: drawn(series), ...fromZero(series) };
}

const marks = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999] as const;
/** Every further nine is as wide as the one before. */
const place = (share: number) => -Math.log10(1 - share);

function percentilePanel(curves: readonly LoadCurve[], names: readonly string[]): Panel {
  const series = curves.map(({ buckets }, i) => ({
    name: names[i] ?? '',
    points: percentilePoints(buckets),
    hue: hueOf(2 * i),
  }));
  const last = Math.max(1, ...series.flatMap(({ points }) => points.map(({ x }) => x)));
  const shown = marks.filter((share) => place(share) <= last + 1e-9);
  return {
    title: 'Latency by percentile, ms',
    series: drawn(series),
    ...fromZero(series),
    axis: {
      label: 'percentile',
      ticks: [
        { x: 0, label: '0' },
        ...shown.map((share) => ({
          x: place(share),
          label: `${Number((share * 100).toFixed(3))}`,
        })),
      ],
    },
  };
}

/** A point a bucket; the last, of which there is nothing beyond, stands where half a request would be. */
function percentilePoints(buckets: LoadCurve['buckets']): ChartPoint[] {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  return buckets.map(([microseconds, count]) => {
    seen += count;
    return { x: place(Math.min(seen, total - 0.5) / total), y: microseconds / 1000 };
  });
}

const drawn = (series: readonly Series[]) => series.filter(({ points }) => points.length > 0);

function fromZero(series: readonly Series[]): Pick<Panel, 'range'> {
  const most = Math.max(0, ...series.flatMap(({ points }) => points.map(({ y }) => y)));
  const power = 10 ** Math.floor(Math.log10(most || 1));
  const top = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= most) ?? 10;
  return { range: [0, top * power] };
}

/** Hosts, with as much of the address as tells them apart. */
export function namesOf(curves: readonly LoadCurve[]): string[] {
  return curves.map(({ record }) => new URL(record.target).host);
}
